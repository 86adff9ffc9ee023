"""The page Start: take a ready network, go on with an earlier one, open a file or a link, or begin with nothing."""

import streamlit as st

from blockwright.ui import gallery, importing, routing, shelf
from blockwright.ui.messages import show_notices

routing.through_app()

st.title("Build a network, train it, see where it errs")
st.markdown(
    "Pick and stack blocks, branch and merge them, watch shapes and costs as you go, train on images, tables or text "
    "with live curves, and see what goes wrong. Take a ready network to begin with, or start blank."
)
with st.container(horizontal=True, gap="small"):
    st.button("Start blank", key="blank", icon=":material/add:", on_click=shelf.open_blank, type="primary")
    st.button("Open a file or a link", key="open", icon=":material/folder_open:", on_click=shelf.ask_to_open)
    st.button("Import a Keras model", key="import", icon=":material/input:", on_click=importing.ask)
show_notices("shelf")
shelf.draw_opening()
importing.draw_dialog()
shelf.draw_recent()
gallery.draw()

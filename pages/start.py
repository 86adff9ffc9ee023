"""The page Start: take a ready network, go on with an earlier one, open a file or a link, or begin with nothing."""

import streamlit as st

from blockwright.ui import gallery, routing, shelf
from blockwright.ui.messages import show_notices

routing.through_app()

st.title("Build a network, train it, see where it errs")
st.markdown(
    "Pick and stack blocks, watch shapes and costs as you go, train on real images with live curves, and read "
    "a confusion matrix. Take a ready network to begin with, or start blank."
)
with st.container(horizontal=True, gap="small"):
    st.button("Start blank", key="blank", icon=":material/add:", on_click=shelf.open_blank, type="primary")
    st.button("Open a file or a link", key="open", icon=":material/folder_open:", on_click=shelf.ask_to_open)
show_notices("shelf")
shelf.draw_opening()
shelf.draw_recent()
gallery.draw()

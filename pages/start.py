"""The page Start: take a ready network, go on with an earlier one, open a file or a link, or begin with nothing."""

import streamlit as st

from blockwright.ui.shell import routing
from blockwright.ui.shell.messages import show_notices
from blockwright.ui.start import gallery, import_model, saved_designs

routing.through_app()

st.title("Build a network, train it, see where it makes mistakes")
st.markdown(
    "Pick and stack blocks, branch and merge them, see shapes and costs as you build, train on images, tables or text "
    "with live curves, and see where the network makes mistakes. Start from an example, or from a blank design."
)
with st.container(horizontal=True, gap="small"):
    st.button(
        "Start blank", key="blank", icon=":material/add:", on_click=saved_designs.open_blank, type="primary"
    )
    st.button(
        "Open a file or a link", key="open", icon=":material/folder_open:", on_click=saved_designs.ask_to_open
    )
    st.button("Import a Keras model", key="import", icon=":material/input:", on_click=import_model.ask)
show_notices("start")
saved_designs.draw_opening()
import_model.draw_dialog()
saved_designs.draw_recent()
gallery.draw()

"""The page Start: start from an example, a saved design, a file, a link, or a blank design."""

import streamlit as st

from blockwright.ui.shell import routing
from blockwright.ui.shell.messages import show_notices
from blockwright.ui.start import gallery, import_model, saved_designs
from blockwright.ui.widgets.primary_label import primary_label

routing.through_app()

DIALOGS = {"open": saved_designs.dialog, "import": import_model.dialog}


def request_dialog(name: str) -> None:
    """Callback: show a dialog with the next run of the page."""
    st.session_state["start_dialog"] = name


st.title("Build a network, train it, see where it makes mistakes")
st.markdown(
    "Pick and stack blocks, branch and merge them, see shapes and costs as you build, train on images, tables or text "
    "with live curves, and see where the network makes mistakes. Start from an example, or from a blank design."
)
with st.container(horizontal=True, gap="small"):
    st.button(
        primary_label("Start blank", ":material/add:"),
        key="blank",
        on_click=saved_designs.open_blank,
        type="primary",
        width=150,
    )
    st.button(
        "Open a file or a link",
        key="open",
        icon=":material/folder_open:",
        on_click=request_dialog,
        args=("open",),
        width=210,
    )
    st.button(
        "Import a Keras model",
        key="import",
        icon=":material/input:",
        on_click=request_dialog,
        args=("import",),
        width=220,
    )
show_notices("start")
if "start_dialog" in st.session_state:
    DIALOGS[st.session_state.pop("start_dialog")]()
saved_designs.draw_recent()
gallery.draw()

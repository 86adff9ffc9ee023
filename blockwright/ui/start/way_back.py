"""The way back to unsaved work, after something else was opened in its place."""

import streamlit as st

from blockwright.ui.design import design_storage
from blockwright.ui.shell.messages import action, plain


def draw(path: str) -> None:
    """On the page Design: the design that was replaced, and a button that opens it again. Other pages forget it."""
    replaced = design_storage.replaced()
    if replaced is None:
        return
    if path != "design":
        design_storage.forget_replaced()
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="way_back"):
        st.markdown(
            f":material/history: Your unsaved design **{plain(replaced['name'])}** was kept as a draft.",
            width="content",
        )
        st.button(
            "Go back to it",
            key="way_back_open",
            icon=":material/undo:",
            on_click=_go_back,
            args=(replaced["key"],),
            help="Opens the draft with its training settings. It is also under “Your designs” on the page Start.",
        )
        st.button("Close", key="way_back_close", type="tertiary", on_click=design_storage.forget_replaced)


@action("toolbar")
def _go_back(key: str) -> None:
    design_storage.open_kept(key)

"""A button that copies a text; Streamlit's own stands in the corner of a code box and is seen only by its pointer."""

import streamlit as st

from blockwright.ui.frontend import component_data, script

_component = st.components.v2.component(
    "blockwright_copy_button",
    html='<button class="copy" type="button"></button>'
    '<span class="copy-status" role="status" style="position:absolute;clip-path:inset(50%)"></span>',
    css=script("copy_button.css"),
    js=script("copy_button.js"),
)


def copy_button(label: str, text: str, *, key: str) -> None:
    """A button with that label, which copies `text` in the browser."""
    _component(data=component_data({"label": label, "text": text}), key=key)

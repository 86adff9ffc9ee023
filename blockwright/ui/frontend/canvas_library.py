"""The library that draws the canvas and the picture of a network; its sources are in `canvas/`.

It is loaded once by a component of its own with constant content, because a component's script is sent again with every
update.
"""

import streamlit as st

from blockwright.ui.frontend import component_data, script

_library = st.components.v2.component("blockwright_canvas_library", js=script("canvas_library.js"))


def load() -> None:
    """Bring the library into the page."""
    _library(key="canvas_library", data=component_data({}), height=1)

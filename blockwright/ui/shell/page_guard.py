"""What is watched on every page: a page that a fault in the browser has emptied is loaded again and says so, and the
focus goes to the heading of a new page where it would be lost.
"""

import logging

import streamlit as st

from blockwright.ui.frontend import component_data, script
from blockwright.ui.shell.messages import say

logger = logging.getLogger("blockwright.ui")
_guard = st.components.v2.component("blockwright_page_guard", js=script("page_focus.js", "page_guard.js"))


def guard_page(path: str) -> None:
    """Watch over the page of that path in the browser. Called by app.py, so that it is on every page."""
    _guard(data=component_data({"page": path}), key="page_guard", height=1, on_reloaded_change=_tell)


def _tell() -> None:
    logger.warning("A browser lost the page, and loaded it again.")
    say(
        "The browser lost this page, so it was loaded again. Your design and your runs are unchanged.", "info"
    )

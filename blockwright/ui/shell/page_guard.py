"""A page that a fault in the browser has emptied is loaded again, and says so."""

import logging

import streamlit as st

from blockwright.ui.frontend import script
from blockwright.ui.shell.messages import say

logger = logging.getLogger("blockwright.ui")
_guard = st.components.v2.component("blockwright_page_guard", js=script("page_guard.js"))


def guard_page() -> None:
    """Watch over the page in the browser. Called by app.py, so that it is on every page."""
    _guard(key="page_guard", height=1, on_reloaded_change=_tell)


def _tell() -> None:
    logger.warning("A browser lost the page, and loaded it again.")
    say(
        "The browser lost this page, so it was loaded again. Your design and your runs are unchanged.", "info"
    )

"""Choosing one of many: a select box, which is filled only when it is opened once there are more than a screenful.

The list of a select box travels with every update of what it stands in; that of a network of 500 nodes has 10 kB.
"""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

MOST = 30


def choose(
    label: str, options: Sequence[str], *, key: str, format_func: Callable[[str], str], **more: Any
) -> None:
    """A select box with the widget key `key`, with what `st.selectbox` takes; above `MOST` options behind a button.

    The button says what is chosen, and draws the list when it is opened.
    """
    if len(options) <= MOST:
        st.selectbox(label, options, key=key, format_func=format_func, **more)
        return
    chosen = st.session_state.get(key)
    words = more.get("placeholder", "choose") if chosen is None else format_func(chosen)
    drawer = st.popover(
        f"{label}: {words}", key=f"{key}_drawer", on_change="rerun", width="stretch", help=more.get("help")
    )
    if drawer.open:
        with drawer:
            st.selectbox(label, options, key=key, format_func=format_func, **more)

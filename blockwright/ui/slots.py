"""Widgets that show what the design holds, and never mistake an old value for a new choice.

A browser sends the values of all its widgets with every request, also those that it has not seen changed yet:
after an undo, the next click may still carry the value from before. Streamlit would take that for a change
and call `on_change`. So whenever the design changes a value behind a widget's back, the widget gets a fresh
key, and what the browser still sends for the old one is nobody's.
"""

from typing import Any

import streamlit as st

_REVISIONS = "slots"
_MOST = 5000


def slot(name: str, value: Any) -> str:
    """The key for a widget that shows `value`, which is put there; call it right before drawing the widget.

    The key is `name` at first, and `name~1`, `name~2`, ... after the design changed the value by itself.
    """
    revisions = st.session_state.setdefault(_REVISIONS, {})
    key = _key(name, revisions.get(name, 0))
    if key in st.session_state:
        if st.session_state[key] == value:
            return key
        if len(revisions) > _MOST:
            revisions.pop(next(iter(revisions)))
        revisions[name] = revisions.get(name, 0) + 1
        key = _key(name, revisions[name])
    st.session_state[key] = value
    return key


def _key(name: str, revision: int) -> str:
    return f"{name}~{revision}" if revision else name

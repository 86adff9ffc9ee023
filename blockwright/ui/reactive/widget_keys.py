"""Widgets that show what the design holds, and never mistake an old value for a new choice.

A browser sends the values of all its widgets with every request, also those that it has not seen changed yet:
after an undo, the next click may still carry the value from before. Streamlit takes that for a change and calls
`on_change`, also of a widget that is gone by now. So whenever the design changes a value behind a widget's back, the
widget gets a fresh key; and every `on_change` asks `is_choice` first, which knows what was shown under its key.
"""

import re
from typing import Any

import streamlit as st

_REVISIONS = "widget_revisions"
_SHOWN = "widget_values"
_MOST = 5000


def widget_key(name: str, value: Any) -> str:
    """The key for a widget that shows `value`, which is put there; call it right before drawing the widget.

    The key is `name` at first, and `name~1`, `name~2`, ... after the design changed the value by itself.
    """
    revisions = st.session_state.setdefault(_REVISIONS, {})
    shown = st.session_state.setdefault(_SHOWN, {})
    key = _key(name, revisions.get(name, 0))
    before = st.session_state[key] if key in st.session_state else shown.get(key, value)
    if before != value:
        _make_room(revisions)
        revisions[name] = revisions.get(name, 0) + 1
        key = _key(name, revisions[name])
    if key not in st.session_state:
        st.session_state[key] = value
    _make_room(shown)
    shown[key] = value
    return key


def is_choice(*keys: str) -> bool:
    """Whether the visitor chose what the browser sent for any of these widgets: not what was shown or taken there.

    Asked in `on_change`; the values count as taken from then on.
    """
    shown = st.session_state.setdefault(_SHOWN, {})
    chosen = [key for key in keys if key not in shown or shown[key] != st.session_state[key]]
    shown.update({key: st.session_state[key] for key in chosen})
    return bool(chosen)


def name_of(key: str) -> str:
    """The name that `widget_key` was called with for the key."""
    return re.sub(r"~\d+$", "", key)


def _make_room(kept: dict[str, Any]) -> None:
    if len(kept) > _MOST:
        kept.pop(next(iter(kept)))


def _key(name: str, revision: int) -> str:
    return f"{name}~{revision}" if revision else name

"""Whose designs and runs these are: an unguessable id that the browser keeps in a cookie.

The server gives a new visitor an id; a small script in the page writes it into a cookie, and the next visit
brings it back. Within a session the id never changes. In a browser without cookies every session has a workspace of its
own, which the page then says. Only the browser keeps it: what is stored belongs to its hash.
"""

import re
import secrets

import streamlit as st

from blockwright.runs.owners import owner_of
from blockwright.ui.frontend import component_data, script
from blockwright.ui.shell import state

COOKIE = "blockwright_workspace"
_KEY = "workspace"
_ID = "workspace_id"
_NEW = "workspace_is_new"
_KEEPER = "workspace_keeper"
_REFUSED = "workspace_refused"
NO_COOKIES = (
    "This browser keeps no cookies, so your designs and runs are not found again after a reload. Return to a design by "
    "its link or code (**Share**), and download your runs before you leave."
)
_PATTERN = re.compile(r"[A-Za-z0-9_-]{32}")

_keeper = st.components.v2.component("blockwright_workspace", js=script("workspace.js"))


def workspace() -> str:
    """The owner of this browser's designs and runs: the hash of its id, which is 192 random bits, url-safe."""
    if _KEY not in st.session_state:
        workspace_id = _from_cookie()
        _set(workspace_id or secrets.token_urlsafe(24), is_new=workspace_id is None)
    return st.session_state[_KEY]


def _set(workspace_id: str, is_new: bool) -> None:
    st.session_state[_ID] = workspace_id
    st.session_state[_KEY] = owner_of(workspace_id)
    st.session_state[_NEW] = is_new


def is_new() -> bool:
    """Whether the id was drawn in this session, so that nobody else can have kept anything under it."""
    workspace()
    return st.session_state[_NEW]


def keep_workspace() -> None:
    """Have the browser keep the id, where it does not already."""
    workspace()
    workspace_id = st.session_state.get(_ID)
    if _from_cookie() != workspace_id:
        _keeper(
            key=_KEEPER,
            data=component_data({"name": COOKIE, "id": workspace_id}),
            height=1,
            on_found_change=_take_over,
            on_refused_change=_note_refusal,
        )
        if st.session_state.get(_REFUSED):
            st.caption(NO_COOKIES)


def _take_over() -> None:
    """Take the id that another tab of this browser has kept meanwhile, as long as nothing was done under ours."""
    other = getattr(st.session_state[_KEEPER], "found", None)
    if isinstance(other, str) and _PATTERN.fullmatch(other) and not state.is_begun():
        _set(other, is_new=False)
        state.forget()


def _note_refusal() -> None:
    """Note that the browser did not keep the id."""
    st.session_state[_REFUSED] = True


def _from_cookie() -> str | None:
    """The id that the browser sent, if it is one."""
    sent = st.context.cookies.get(COOKIE)
    return sent if isinstance(sent, str) and _PATTERN.fullmatch(sent) else None

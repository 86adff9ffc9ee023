"""What a session remembers, as plain data: the design with its history, the training settings, the active run.

Pages and callbacks go through these functions; nothing else writes these keys of `st.session_state`.
"""

import secrets
from collections.abc import Sequence
from typing import Any

import streamlit as st

from blockwright.architecture.edits import apply_edits
from blockwright.architecture.history import History
from blockwright.architecture.spec import Design, Input

HISTORY = "history"
SETTINGS = "settings"
ACTIVE_RUN = "active_run"
SELECTED = "selected"
DOCUMENT = "document"


def blank() -> Design:
    """The design that a new session begins with: one input, no block."""
    return Design(name="Untitled", inputs=(Input(id="image", shape=(28, 28, 1)),))


def begin() -> None:
    """Give a new session its first design. Does nothing later."""
    if HISTORY not in st.session_state:
        open_design(blank())


def history() -> History:
    """The versions of the current design."""
    begin()
    return st.session_state[HISTORY]


def design() -> Design:
    """The current design."""
    return history().current


def document_key() -> str:
    """The random name under which the current document is kept in the workspace."""
    begin()
    return st.session_state[DOCUMENT]["key"]


def origin() -> str | None:
    """The key of the saved design that the current document was opened from or saved as, if any."""
    begin()
    return st.session_state[DOCUMENT]["saved"]


def is_changed() -> bool:
    """Whether the current design differs from what was opened or last saved."""
    begin()
    return st.session_state[DOCUMENT]["text"] != design().text()


def open_design(
    new: Design, settings: dict[str, Any] | None = None, *, key: str | None = None, saved: str | None = None
) -> None:
    """Make `new` the current design, with a fresh history.

    `settings` None keeps the training settings of the session; `saved` names the saved design it comes from.
    """
    st.session_state[HISTORY] = History.start(new)
    st.session_state[DOCUMENT] = {
        "key": key or secrets.token_hex(8),
        "saved": saved,
        "text": new.text() if saved or not new.nodes else "",
    }
    st.session_state[SELECTED] = None
    st.session_state.setdefault(SETTINGS, {})
    if settings is not None:
        st.session_state[SETTINGS] = dict(settings)


def mark_saved(key: str) -> None:
    """Note that the current design is now kept in the workspace under `key`."""
    st.session_state[DOCUMENT] = {"key": document_key(), "saved": key, "text": design().text()}


def change(edits: Sequence[dict[str, Any]], label: str) -> Design:
    """Apply edits to the current design, all or none, as one step of the history.

    Raises EditError, and then nothing has changed.
    """
    changed = apply_edits(design(), edits)
    st.session_state[HISTORY] = history().push(changed, label)
    _keep_selection()
    return changed


def undo() -> None:
    """Take the last step back."""
    st.session_state[HISTORY] = history().undo()
    _keep_selection()


def redo() -> None:
    """Take the step again that was last taken back."""
    st.session_state[HISTORY] = history().redo()
    _keep_selection()


def selected() -> str | None:
    """The id of the selected node, or None."""
    return st.session_state.get(SELECTED)


def select(node: str | None) -> None:
    """Select the node of that id; an id that is not in the design selects nothing."""
    known = node is not None and any(one.id == node for one in design().nodes)
    st.session_state[SELECTED] = node if known else None


def settings() -> dict[str, Any]:
    """The training settings chosen so far (what `training.settings` reads); a copy."""
    begin()
    return dict(st.session_state[SETTINGS])


def set_settings(new: dict[str, Any]) -> None:
    """Keep the training settings."""
    st.session_state[SETTINGS] = dict(new)


def active_run() -> str | None:
    """The id of the run that the pages show, or None."""
    return st.session_state.get(ACTIVE_RUN)


def set_active_run(run_id: str | None) -> None:
    """Choose the run that the pages show."""
    st.session_state[ACTIVE_RUN] = run_id


def _keep_selection() -> None:
    select(selected())

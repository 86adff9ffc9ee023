"""The run store, opened once for the whole server, when a page first needs it."""

from functools import cache
from typing import TYPE_CHECKING

import streamlit as st

from blockwright.runs.records import StoreError
from blockwright.runs.workspaces.workspace_limits import WorkspaceLimits
from blockwright.ui.shell.messages import say

if TYPE_CHECKING:
    from blockwright.runs.store import RunStore

_REPLACEMENTS = "store_replacements"


def is_open() -> bool:
    """Whether this server has used the store yet."""
    return bool(run_store.cache_info().currsize)


def open_store() -> None:
    """Open the store, so that the first to use it does not wait for that, and end runs whose process is gone.

    Raises StoreError when it cannot be used.
    """
    from blockwright.runs.abandoned_runs import end_abandoned_runs

    end_abandoned_runs(run_store())


def show_replacement() -> None:
    """Tell a visitor, once, that the store was deleted or replaced while the visitor was here."""
    replacements = run_store().replacements if is_open() else []
    shown = st.session_state.setdefault(_REPLACEMENTS, len(replacements))
    if len(replacements) > shown:
        st.session_state[_REPLACEMENTS] = len(replacements)
        say(f"{replacements[-1]} The design on this page is kept.", "warning")


def workspace_limits() -> WorkspaceLimits:
    """What this server lets each workspace use. Raises StoreError with a sentence for a setting that is not valid."""
    try:
        return WorkspaceLimits.from_environment()
    except ValueError as error:
        raise StoreError(str(error)) from None


@cache
def run_store() -> "RunStore":
    """The store of designs and runs; safe to use from any thread."""
    from blockwright.runs.store import RunStore

    return RunStore()

"""Which runs a visitor may see, and which one a page is about. Every question to the store names the workspace."""

from typing import TypeVar

import streamlit as st

from blockwright.runs.records import Run, RunEntry
from blockwright.ui.shell import state
from blockwright.ui.shell.messages import Refusal, box
from blockwright.ui.shell.store import run_store
from blockwright.ui.shell.workspace import workspace

PARAMETER = "run"
_SETUP = "train_setup"
_OPEN = "train_open"

AnyRun = TypeVar("AnyRun", Run, RunEntry)


def my_run(run_id: str | None) -> Run | None:
    """This workspace's run of that id; None where there is none, or where it is another's."""
    run = run_store().get(run_id, owner=workspace()) if run_id else None
    return None if run is None else _as_it_is(run)


def my_entry(run_id: str | None) -> RunEntry | None:
    """This workspace's run of that id without its design, as `my_run` finds it."""
    run = run_store().entry(run_id, owner=workspace()) if run_id else None
    return None if run is None else _as_it_is(run)


def my_runs(limit: int = 200, skip: int = 0, search: str = "", expiring: bool = False) -> list[RunEntry]:
    """This workspace's runs without their designs, the latest first, chosen as `RunStore.runs` does."""
    runs = run_store().runs(workspace(), limit, skip, search, expiring)
    return [_as_it_is(run) for run in runs]


def _as_it_is(run: AnyRun) -> AnyRun:
    # Imported when a run is there: the first page, which has none, need not wait for SQLAlchemy and NumPy.
    from blockwright.runs.abandoned_runs import as_it_is

    return as_it_is(run_store(), run)


def opened_run() -> RunEntry | None:
    """The run that the address names (`?run=ID`), once it is known to be this workspace's.

    A run of the command line becomes this workspace's by its id. An id that leads nowhere is dropped from the
    address, and the page says so.
    """
    run_id = st.query_params.get(PARAMETER)
    if not run_id:
        return None
    run = my_entry(run_id) or _adopt(run_id)
    if run is None:
        del st.query_params[PARAMETER]
        box("warning", _no_run(run_id))
    return run


def _adopt(run_id: str) -> RunEntry | None:
    """Take over a run that was started from the command line; None where there is no such run."""
    return my_entry(run_id) if run_store().adopt(run_id, workspace()) else None


def _no_run(run_id: str) -> str:
    return (
        f'There is no run "{run_id[:40]}" here. Runs belong to the browser that started them; to open a run of '
        "the command line, enter the complete id that it printed."
    )


def open_by_id(run_id: str) -> RunEntry:
    """The run of that id, taken over where the command line started it. Raises Refusal with the reason."""
    run_id = run_id.strip()
    if not run_id:
        raise Refusal("Enter the id of a run: 32 letters and digits, as the command line printed it.")
    run = my_entry(run_id) or _adopt(run_id)
    if run is None:
        raise Refusal(_no_run(run_id))
    return run


def active_run() -> RunEntry | None:
    """The run to watch: the one this session follows while it goes on, else the latest that goes on."""
    followed = my_entry(state.active_run())
    if followed is not None and not followed.over:
        return followed
    for unfinished in run_store().unfinished(workspace()):
        run = _as_it_is(unfinished)
        if not run.over:
            state.set_active_run(run.id)
            return run
    return None


def watched_run() -> RunEntry | None:
    """The run that the page Train shows; None where it shows the settings for a new one."""
    watched = st.session_state.pop(_OPEN, None)
    if watched is not None:
        st.query_params[PARAMETER] = watched
    opened = opened_run()
    if opened is not None:
        st.session_state[_SETUP] = False
        state.set_active_run(opened.id)
        return opened
    return None if is_setup() else active_run()


def is_setup() -> bool:
    """Whether the page Train shows the settings although a run goes on."""
    return bool(st.session_state.get(_SETUP))


def show_setup() -> None:
    """Let the page Train show the settings, even while a run goes on."""
    st.session_state[_SETUP] = True
    st.query_params.pop(PARAMETER, None)


def watch(run_id: str) -> None:
    """Let the page Train show this run, and the address name it."""
    st.session_state[_SETUP] = False
    st.session_state[_OPEN] = run_id
    state.set_active_run(run_id)

"""The side of every page: what is being designed, what it costs, and the run that goes on."""

import streamlit as st

from blockwright.ui import figures, state
from blockwright.ui.describing import described
from blockwright.ui.messages import part, plain
from blockwright.ui.routing import link
from blockwright.ui.store import run_store
from blockwright.ui.workspace import workspace

_MARKS = {
    "queued": (":material/hourglass_top:", "waits in line"),
    "starting": (":material/rocket_launch:", "starts"),
    "running": (":material/play_circle:", "is training"),
    "paused": (":material/pause_circle:", "is paused"),
    "finished": (":material/check_circle:", "has finished"),
    "stopped": (":material/stop_circle:", "was stopped"),
    "failed": (":material/error:", "has failed"),
    "interrupted": (":material/power_off:", "was interrupted"),
}
ACTIVE = ("queued", "starting", "running", "paused")


@part("the side of the page", key="sidebar")
def show_design() -> None:
    """The name, size and state of the current design."""
    design = state.design()
    st.markdown(f"**{plain(design.name) or 'Untitled'}**")
    blocks = len(design.nodes)
    if not blocks:
        st.caption("No block yet.")
        return
    description = described()
    words = f"{blocks} block{'s' if blocks > 1 else ''}"
    if description.totals:
        totals = description.totals
        words += f" · {figures.count(totals['total_params'])} parameters"
        words += f" · {figures.short(totals['macs'])} multiply-adds"
    elif description.starting:
        words += " · the design service is starting"
    st.caption(words)
    if description.errors:
        things = "One thing" if description.errors == 1 else f"{description.errors} things"
        st.markdown(f":small[:red[:material/error: {things} to mend]]")


def show_run() -> None:
    """The run that the session follows, refreshed while it goes on."""
    run_id = state.active_run()
    run = run_store().get(run_id) if run_id else None
    if run is None or run.owner != workspace():
        return
    (_following if run.status in ACTIVE else _ended)()


@part("the state of the run", run_every=3.0)
def _following() -> None:
    _draw_run()


@part("the state of the run")
def _ended() -> None:
    _draw_run()


def _draw_run() -> None:
    run = run_store().get(state.active_run() or "")
    if run is None:
        return
    icon, words = _MARKS[run.status]
    st.caption(f"{icon} {plain(run.name)} {words}")
    link(
        "train" if run.status in ACTIVE else "evaluate",
        "Watch" if run.status in ACTIVE else "See the result",
        key="sidebar_run_link",
    )

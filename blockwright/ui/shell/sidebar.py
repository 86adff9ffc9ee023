"""The side of every page: what is being designed, what it costs, and the run that goes on."""

from typing import TYPE_CHECKING

import streamlit as st

from blockwright.ui.design.description import described
from blockwright.ui.reactive.fragments import fragment
from blockwright.ui.runs.run_format import ACTIVE, LOOKS
from blockwright.ui.runs.run_queries import my_run
from blockwright.ui.shell import state
from blockwright.ui.shell.messages import guarded, part, plain
from blockwright.ui.shell.routing import link
from blockwright.ui.shell.service import is_up
from blockwright.ui.widgets import number_format

if TYPE_CHECKING:
    from blockwright.runs.records import Run

_COSTS = "sidebar_costs"


def _shown_design() -> object:
    design, description = state.design(), described()
    shown = [design.name, bool(design.nodes), description.errors]
    if not st.session_state.get(_COSTS):
        return shown
    totals = [description.totals.get(name) for name in ("total_params", "macs")]
    return [*shown, len(design.nodes), totals, description.starting]


def show_design(costs: bool = True) -> None:
    """The name and state of the current design; with `costs` its size too, which the page Design shows itself."""
    st.session_state[_COSTS] = costs
    _draw_design()


@fragment("the side of the page", key="sidebar", shows=_shown_design)
def _draw_design() -> None:
    costs = st.session_state[_COSTS]
    design = state.design()
    st.markdown(f"**{plain(design.name) or 'Untitled'}**")
    blocks = len(design.nodes)
    if not blocks:
        st.caption("No blocks yet.")
        return
    description = described()
    words = f"{blocks} block{'s' if blocks > 1 else ''}"
    if description.totals:
        totals = description.totals
        words += f" · {number_format.count(totals['total_params'])} parameters"
        words += f" · {number_format.short(totals['macs'])} multiply-adds"
    elif description.starting:
        words += " · the design service is starting"
    if costs:
        st.caption(words)
        if description.starting:
            _waiting()
    if description.errors:
        problems = "1 problem" if description.errors == 1 else f"{description.errors} problems"
        st.markdown(f":small[:red[:material/error: {problems} to fix]]")


@part("the size of the design", key="sidebar_wait", run_every=1.0)
def _waiting() -> None:
    if is_up():
        st.rerun()


def show_run() -> None:
    """The run that the session follows, refreshed while it goes on."""
    with guarded("the state of the run"):
        run = my_run(state.active_run())
        if run is not None:
            (_following if run.status in ACTIVE else _ended)()


@part("the state of the run", run_every=3.0)
def _following() -> None:
    run = my_run(state.active_run())
    if run is not None and run.status not in ACTIVE:
        st.rerun()
    _draw_run(run)


@part("the state of the run")
def _ended() -> None:
    _draw_run(my_run(state.active_run()))


def _draw_run(run: "Run | None") -> None:
    if run is None:
        return
    look = LOOKS[run.status]
    st.markdown(f":small[{look.icon} {look.word}: {plain(run.name)}]", help=look.meaning)
    going = run.status in ACTIVE
    link("train" if going else "evaluate", "Watch it" if going else "See the result", key="sidebar_run_link")

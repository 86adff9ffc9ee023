"""The sidebar of every page: the current design, what it costs, and the active run."""

from collections.abc import Callable

import streamlit as st

from blockwright.runs.records import RunEntry
from blockwright.ui.design.description import described, is_described
from blockwright.ui.reactive.fragments import fragment
from blockwright.ui.runs.run_queries import my_entry
from blockwright.ui.runs.run_status import look_of
from blockwright.ui.shell import state
from blockwright.ui.shell.messages import guarded, part, plain
from blockwright.ui.shell.routing import link
from blockwright.ui.shell.service import is_up
from blockwright.ui.widgets import number_format

_COSTS = "sidebar_costs"


def _shown_design() -> object:
    design, description = state.design(), described()
    shown = [design.name, bool(design.nodes), description.errors]
    if not st.session_state.get(_COSTS):
        return shown
    network = description.network
    totals = network and [network["total_params"], network["macs"]]
    return [*shown, len(design.nodes), totals, description.starting]


def show_design(costs: bool = True) -> Callable[[], None]:
    """The name and state of the current design; with `costs` its size too, which the page Design shows itself.

    Where the design service has yet to be asked, only the name: the function that is returned shows the rest, to be
    called after the page has been drawn, so that the page does not wait for it.
    """
    st.session_state[_COSTS] = costs
    place, design = st.empty(), state.design()

    def draw() -> None:
        with place.container():
            _draw_design()

    if not design.nodes or is_described():
        draw()
        return lambda: None
    # The second drawing of a run takes away only what stands in the same places: here, in one container.
    with place.container(), st.container():
        st.markdown(f"**{plain(design.name) or 'Untitled'}**")
        if costs:
            st.caption(f"{number_format.counted(len(design.nodes), 'block')} · computing shapes and costs …")
    return draw


@fragment("the sidebar", key="sidebar", shows=_shown_design)
def _draw_design() -> None:
    costs = st.session_state[_COSTS]
    design = state.design()
    st.markdown(f"**{plain(design.name) or 'Untitled'}**")
    if not design.nodes:
        st.caption("No blocks yet.")
        return
    description = described()
    words = number_format.counted(len(design.nodes), "block")
    if description.network is not None:
        words += f" · {number_format.count(description.network['total_params'])} parameters"
        words += f" · {number_format.short(description.network['macs'])} multiply-adds"
    elif description.starting:
        words += " · the design service is starting"
    if costs:
        st.caption(words)
        if description.starting:
            _waiting()
    if description.errors:
        problems = number_format.counted(description.errors, "problem")
        st.markdown(f":small[:red[:material/error: {problems} to fix]]")


@part("the size of the design", key="sidebar_wait", run_every=1.0)
def _waiting() -> None:
    if is_up():
        st.rerun()


def show_run() -> None:
    """The run that the session follows, refreshed while it goes on."""
    with guarded("the state of the run"):
        run = my_entry(state.active_run())
        if run is not None:
            (_ended if run.over else _following)()


@part("the state of the run", run_every=3.0)
def _following() -> None:
    run = my_entry(state.active_run())
    if run is not None and run.over:
        st.rerun()
    _draw_run(run)


@part("the state of the run")
def _ended() -> None:
    _draw_run(my_entry(state.active_run()))


def _draw_run(run: RunEntry | None) -> None:
    if run is None:
        return
    look = look_of(run)
    st.markdown(f":small[{look.icon} {look.word}: {plain(run.name)}]", help=look.meaning)
    page, label = ("evaluate", "See the result") if run.over else ("train", "Watch it")
    link(page, label, key="sidebar_run_link")

"""A line that tells of the run that goes on, where the page shows something else."""

import streamlit as st

from blockwright.ui.runs.live_history import follow
from blockwright.ui.runs.run_format import LOOKS
from blockwright.ui.runs.run_queries import active_run, is_setup, watch
from blockwright.ui.shell.messages import part, plain


def show_active() -> None:
    """Tell of the active run, if there is one, with a button to watch it."""
    if active_run() is not None:
        _strip()


@part("the line about the active run", run_every=2.0)
def _strip() -> None:
    run = active_run()
    if run is None or not is_setup():
        st.rerun()
    look = LOOKS[run.status]
    with st.container(horizontal=True, vertical_alignment="center", border=True, key="run_strip"):
        done = f" · {100 * follow(run.id).progress:.0f} %" if run.status != "queued" else ""
        st.markdown(f"{look.icon} {plain(run.name)}: {look.word.lower()}{done}", width="stretch")
        st.button("Watch", key="run_watch", icon=":material/visibility:", on_click=watch, args=(run.id,))

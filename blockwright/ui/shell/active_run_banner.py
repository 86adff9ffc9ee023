"""A line about the active run, for pages that show something else."""

import streamlit as st

from blockwright.ui.runs.live_history import follow
from blockwright.ui.runs.run_queries import active_run, is_setup, watch
from blockwright.ui.runs.run_status import look_of
from blockwright.ui.shell.messages import part, plain


def show_active() -> None:
    """The active run, if there is one, with a button to watch it."""
    if active_run() is not None:
        _show()


@part("the line about the active run", run_every=2.0)
def _show() -> None:
    run = active_run()
    if run is None or not is_setup():
        st.rerun()
    look = look_of(run)
    with st.container(horizontal=True, vertical_alignment="center", border=True, key="run_strip"):
        progress = f" · {100 * follow(run.id).progress:.0f} %" if run.active else ""
        st.markdown(f"{look.icon} {plain(run.name)}: {look.word.lower()}{progress}", width="stretch")
        st.button("Watch", key="run_watch", icon=":material/visibility:", on_click=watch, args=(run.id,))

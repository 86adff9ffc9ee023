"""Train the design: choose data and settings, start, and watch the run."""

import streamlit as st

from blockwright.ui.runs import run_queries
from blockwright.ui.shell import routing, state
from blockwright.ui.shell.active_run_banner import show_active
from blockwright.ui.shell.messages import plain
from blockwright.ui.train.data.training_data import show_data, show_waiting
from blockwright.ui.train.run.live_run import show_run
from blockwright.ui.train.settings.training_form import show_form
from blockwright.ui.train.training_start import Checks, show_checks, show_start
from blockwright.ui.widgets.live_figure import preload
from blockwright.ui.widgets.number_format import input_shapes

routing.through_app()

st.title("Train")
run = run_queries.watched_run()
# No st.stop() after a run: it would leave the timers of the page before in force, which then draw into this one.
if run is not None:
    show_run(run)
else:
    design = state.design()
    st.caption(plain(f"{design.name or 'Untitled'} · input: {input_shapes(design)}"))
    show_active()
    grid = st.grid(2, min_column_width=380, gap="medium")
    with grid.cell():
        st.header("Data")
        data = show_data()
    with grid.cell():
        st.header("Settings")
        settings = show_form(data.card)
        checks = show_checks(data.card, settings) if data.card else Checks("Choose the data first.")
        show_start(settings, checks)
    show_waiting(data)
    preload()

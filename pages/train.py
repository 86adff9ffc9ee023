"""Train the design: choose data and settings, start, and watch the run."""

import streamlit as st

from blockwright.ui import routing, run_access, state
from blockwright.ui.figures import read_by
from blockwright.ui.live_figure import preload
from blockwright.ui.live_run import show_run
from blockwright.ui.messages import plain
from blockwright.ui.run_strip import show_active
from blockwright.ui.training_data import show_data
from blockwright.ui.training_form import show_form
from blockwright.ui.training_start import show_checks, show_start

routing.through_app()

st.title("Train")
run = run_access.watched_run()
if run is not None:
    show_run(run)
    st.stop()

design = state.design()
st.caption(plain(f"{design.name or 'Untitled'} · reads {read_by(design)}"))
show_active()
grid = st.grid(2, min_column_width=380, gap="medium")
with grid.cell():
    st.header("Data")
    card = show_data()
with grid.cell():
    st.header("Settings")
    settings = show_form(card)
    reason = show_checks(card, settings) if card else "Choose the data first."
    show_start(settings, reason)
preload()

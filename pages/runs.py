"""The runs of this workspace: open, rename, delete, and open a run of the command line."""

import streamlit as st

from blockwright.ui.runs.run_list import page_of, show_dialog, show_list, show_open_by_id
from blockwright.ui.runs.run_queries import opened_run
from blockwright.ui.runs.storage import show_storage
from blockwright.ui.shell import routing
from blockwright.ui.shell.messages import box

routing.through_app()

with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
    st.title("Runs", width="content")
    show_open_by_id()
opened = opened_run()
if opened is not None:
    routing.go(page_of(opened), run=opened.id)
if not show_list():
    box("info", "No runs yet. Train a network, and its run appears here with its curves and its evaluation.")
    routing.link("train", "Train a network", key="runs_to_train")
show_storage()
show_dialog()

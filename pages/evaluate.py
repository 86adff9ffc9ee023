"""See how a trained network does on images that it has never seen, and where it errs."""

import streamlit as st

from blockwright.ui import export_view, routing
from blockwright.ui.evaluation_choice import choose_run, show_downloads
from blockwright.ui.evaluation_files import Unreadable, evaluation, examples, why_not
from blockwright.ui.evaluation_view import show_confusion, show_numbers, show_report
from blockwright.ui.live_history import follow
from blockwright.ui.messages import box
from blockwright.ui.run_words import ACTIVE

routing.through_app()

st.title("Evaluate")
run = choose_run()
if run is None:
    box("info", "Nothing has been trained here yet. Train a network, then see where it errs.")
    routing.link("train", "Train a network", key="evaluate_to_train")
    st.stop()

kept = None
try:
    found = evaluation(run.id)
    kept = examples(run.id)
except Unreadable as error:
    box("warning", str(error))
    found = None
else:
    if found is None:
        box("info", why_not(run, len(follow(run.id).epochs)))
if found is None:
    if run.status in ACTIVE:
        routing.link("train", "Watch it train", key="evaluate_to_train")
    show_downloads(run)
    export_view.draw(run)
    st.stop()

show_numbers(found)
show_confusion(run, found, kept)
st.subheader("Class by class")
show_report(found)
st.subheader("Take it along")
show_downloads(run)
export_view.draw(run)

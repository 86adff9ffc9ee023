"""See how a trained network does on what it has never seen, and where it errs."""

import streamlit as st

from blockwright.ui.evaluate import evaluation_kinds, export_view
from blockwright.ui.evaluate.evaluation_files import Unreadable, evaluation, examples, why_not, worst
from blockwright.ui.evaluate.evaluation_view import noun_of, show_confusion, show_numbers, show_report
from blockwright.ui.evaluate.run_choice import choose_output, choose_run, show_downloads
from blockwright.ui.runs.live_history import follow
from blockwright.ui.runs.run_format import ACTIVE
from blockwright.ui.shell import routing
from blockwright.ui.shell.messages import box

routing.through_app()

st.title("Evaluate")
run = choose_run()
if run is None:
    box("info", "Nothing has been trained here yet. Train a network, then see where it errs.")
    routing.link("train", "Train a network", key="evaluate_to_train")
    st.stop()

kept = None
output = None
try:
    found = evaluation(run.id)
    if found is not None:
        output = choose_output(found)
        one = found["outputs"][output]
        kept = (examples if one["kind"] == "classes" else worst)(run.id, output)
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

if one["kind"] == "classes":
    show_numbers(one, noun_of(kept))
    show_confusion(run, one, kept)
    st.header("Class by class")
    show_report(one)
else:
    evaluation_kinds.show(run, output, one, kept)
st.header("Take it along")
show_downloads(run, output)
export_view.draw(run)

"""The page Evaluate: choose a run and an output, see how it does on the test part, download and export it."""

import streamlit as st

from blockwright.runs.best_epoch import weights_text
from blockwright.runs.records import Run
from blockwright.ui.evaluate import export_view
from blockwright.ui.evaluate.evaluation_files import Unreadable, evaluation, examples, missing_reason
from blockwright.ui.evaluate.run_choice import choose_output, choose_run
from blockwright.ui.evaluate.run_downloads import show_downloads
from blockwright.ui.evaluate.tasks.task_view import Output
from blockwright.ui.evaluate.tasks.task_views import TASK_VIEWS
from blockwright.ui.evaluate.tensorboard_view import show_tensorboard
from blockwright.ui.evaluate.weights_choice import show_weights
from blockwright.ui.runs.diagnoses_view import show_diagnoses
from blockwright.ui.runs.live_history import follow
from blockwright.ui.runs.run_status import barely_trained
from blockwright.ui.shell import routing
from blockwright.ui.shell.messages import box, plain

RANDOM_LABELS = (
    "This network was trained on random labels. Those of the test part are the true ones, so that its result here is a "
    "matter of chance; how well it memorized is its training accuracy."
)


def draw() -> None:
    """The whole page."""
    st.title("Evaluate")
    run = choose_run()
    if run is None:
        box("info", "There are no runs yet. Train a network, then see where it makes mistakes.")
        routing.link("train", "Train a network", key="evaluate_to_train")
        return
    output = None
    try:
        output = _chosen_output(run)
    except Unreadable as error:
        box("warning", str(error))
    note = barely_trained(follow(run.id))
    if note:
        box("warning", note)
    if run.settings.get("random_labels"):
        box("warning", RANDOM_LABELS)
    show_diagnoses(follow(run.id))
    weights = weights_text(follow(run.id).evaluated)
    if weights:
        st.caption(plain(f"Tested and exported: {weights}."))
    show_weights(run)
    if output is not None:
        TASK_VIEWS[output.report["kind"]].show(output)
    elif not run.over:
        routing.link("train", "Watch it train", key="evaluate_to_train")
    st.header("Export")
    show_downloads(run, output.name if output else None)
    show_tensorboard(run.id)
    export_view.draw(run)


def _chosen_output(run: Run) -> Output | None:
    """The output that is chosen; None, and a sentence on the page, for a run without an evaluation."""
    document = evaluation(run.id)
    if document is None:
        box("info", missing_reason(run, len(follow(run.id).epochs)))
        return None
    name = choose_output(document)
    return Output(run.id, name, document["outputs"][name], examples(run.id, name))

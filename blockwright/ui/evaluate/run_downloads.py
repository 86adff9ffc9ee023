"""The files of a run, as download buttons."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from blockwright.recipe.start_weights import START
from blockwright.runs.epoch_table import epochs_csv
from blockwright.runs.evaluation_reader import EVALUATION, PREDICTIONS
from blockwright.runs.records import Run
from blockwright.ui.evaluate.evaluation_files import WEIGHTS, file_bytes, file_of_output, has_file
from blockwright.ui.runs.live_history import follow
from blockwright.ui.widgets.downloads import download_button


def show_downloads(run: Run, output: str | None = None) -> None:
    """Buttons for the run's files; each file is read when its button is pressed. `output` is whose predictions."""

    def show(label: str, name: str, mime: str, help: str, content: Callable[[], str | bytes]) -> None:
        stem, _, ending = name.partition(".")
        download_button(
            label, content, f"{stem}-{run.id[:8]}.{ending}", mime, key=f"download_{stem}", help=help
        )

    predictions = PREDICTIONS if output is None else file_of_output(run.id, PREDICTIONS, output)
    files = (
        ("Evaluation", EVALUATION, EVALUATION, "application/json", "Every number on this page, as JSON."),
        (
            "Predictions",
            PREDICTIONS,
            predictions,
            "application/octet-stream",
            "The predictions for every test example, as NumPy arrays.",
        ),
        (
            "Weights",
            WEIGHTS,
            WEIGHTS,
            "application/octet-stream",
            "The weights that were tested; of a run without a test, those after its last finished epoch.",
        ),
        (
            "Start weights",
            START,
            START,
            "application/octet-stream",
            "What this run took from the weights of another one; its generated code loads this file.",
        ),
    )
    with st.container(horizontal=True, key="evaluation_downloads"):
        help = "Loss and metrics of every epoch, as CSV."
        show("History", "history.csv", "text/csv", help, lambda: epochs_csv(follow(run.id)))
        for label, name, file, mime, help in files:
            if has_file(run.id, file):
                show(label, name, mime, help, partial(file_bytes, run.id, file))

"""The files of a run, as download buttons."""

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from blockwright.runs.epoch_table import epochs_csv
from blockwright.runs.evaluation_reader import EVALUATION, PREDICTIONS
from blockwright.ui.evaluate.evaluation_files import file_bytes, file_of_output, has_file
from blockwright.ui.runs.live_history import follow

if TYPE_CHECKING:
    from collections.abc import Callable

    from blockwright.runs.records import Run


class Download(NamedTuple):
    """A file of a run's folder, and how its button looks."""

    name: str
    label: str
    mime: str
    help: str


DOWNLOADS = (
    Download(EVALUATION, "Evaluation", "application/json", "Every number on this page, as JSON."),
    Download(
        PREDICTIONS,
        "Predictions",
        "application/octet-stream",
        "The predictions for every test example, as NumPy arrays.",
    ),
    Download(
        "weights.weights.h5",
        "Weights",
        "application/octet-stream",
        "The weights after the last finished epoch.",
    ),
)


def show_downloads(run: "Run", output: str | None = None) -> None:
    """Buttons for the run's files; each file is read when its button is pressed. `output` is whose predictions."""
    with st.container(horizontal=True, key="evaluation_downloads"):
        _button(
            run,
            Download("history.csv", "History", "text/csv", "Loss and metrics of every epoch, as CSV."),
            lambda: epochs_csv(follow(run.id)),
        )
        for download in DOWNLOADS:
            name = download.name
            if name == PREDICTIONS and output is not None:
                name = file_of_output(run.id, name, output)
            if has_file(run.id, name):
                _button(run, download, partial(file_bytes, run.id, name))


def _button(run: "Run", download: Download, content: "Callable[[], str | bytes]") -> None:
    stem, _, ending = download.name.partition(".")
    st.download_button(
        download.label,
        data=content,
        file_name=f"{stem}-{run.id[:8]}.{ending}",
        mime=download.mime,
        icon=":material/download:",
        key=f"download_{stem}",
        on_click="ignore",
        help=download.help,
    )

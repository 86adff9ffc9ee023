"""The files of a run, as download buttons."""

import io
import zipfile
from collections.abc import Callable
from functools import partial

import streamlit as st

from blockwright.recipe.callbacks.tensorboard import FOLDER
from blockwright.runs.epoch_table import epochs_csv
from blockwright.runs.evaluation_reader import EVALUATION, PREDICTIONS
from blockwright.runs.files.checkpoints import Checkpoint, read_checkpoints
from blockwright.runs.files.home import run_folder
from blockwright.runs.records import Run
from blockwright.ui.evaluate.evaluation_files import WEIGHTS, file_bytes, file_of_output, has_file
from blockwright.ui.runs.live_history import follow
from blockwright.ui.widgets.downloads import download_button
from blockwright.ui.widgets.number_format import size


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
    )
    with st.container(horizontal=True, key="evaluation_downloads"):
        help = "Loss and metrics of every epoch, as CSV."
        show("History", "history.csv", "text/csv", help, lambda: epochs_csv(follow(run.id)))
        for label, name, file, mime, help in files:
            if has_file(run.id, file):
                show(label, name, mime, help, partial(file_bytes, run.id, file))
        if (run_folder(run.id) / FOLDER).is_dir():
            help = "The event files, as a zip. Unzip them and run tensorboard --logdir on the folder."
            show("TensorBoard", "tensorboard.zip", "application/zip", help, partial(_zipped, run.id))
    _show_checkpoints(run.id)


def _show_checkpoints(run_id: str) -> None:
    """The checkpoints that the run kept, with what each takes on disk, to download one."""
    checkpoints = {checkpoint["file"]: checkpoint for checkpoint in read_checkpoints(run_folder(run_id))}
    if not checkpoints:
        return
    total = sum(checkpoint["bytes"] for checkpoint in checkpoints.values())
    with st.container(horizontal=True, vertical_alignment="bottom", key="evaluation_checkpoints"):
        file = st.selectbox(
            f"Checkpoints ({size(total)} on disk)",
            list(checkpoints),
            format_func=lambda file: _checkpoint_label(checkpoints[file]),
            key=f"checkpoint_{run_id}",
            width=280,
        )
        download_button(
            "Checkpoint",
            partial(file_bytes, run_id, file),
            f"{run_id[:8]}-{file.rpartition('/')[2]}",
            "application/octet-stream",
            key="download_checkpoint",
            help="The weights of that epoch, to load with load_weights into the network's code.",
        )


def _zipped(run_id: str) -> bytes:
    """The event files of a run."""
    folder, buffer = run_folder(run_id) / FOLDER, io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            archive.write(path, path.relative_to(folder.parent))
    return buffer.getvalue()


def _checkpoint_label(checkpoint: Checkpoint) -> str:
    epoch = "Best epoch" if checkpoint["epoch"] is None else f"Epoch {checkpoint['epoch']:,}"
    return f"{epoch} · {size(checkpoint['bytes'])}"

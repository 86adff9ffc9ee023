"""The files that the evaluation of a run left in its folder, read once for all visitors."""

import base64
from pathlib import Path
from typing import Any

from blockwright.runs.evaluation_reader import (
    EVALUATION,
    MISTAKES,
    Examples,
    output_file,
    read_evaluation,
    read_examples,
)
from blockwright.runs.files.home import run_folder
from blockwright.runs.files.image_encoding import png_base64
from blockwright.runs.records import Run
from blockwright.schema.run.evaluation import Evaluation, is_complete
from blockwright.ui.shell.byte_cache import cached_by_bytes, json_bytes
from blockwright.ui.widgets.number_format import counted, size

WEIGHTS = "weights.weights.h5"
LARGEST = 400_000_000
_UNTESTED = {
    "queued": "This run is queued. It is tested after training.",
    "starting": "This run is starting. It is tested after training.",
    "running": "This run is still training. It is tested after training.",
    "paused": "This run is paused. It is tested after training.",
    "stopped": "This run was stopped before it was tested.",
    "failed": "This run failed before it was tested.",
    "interrupted": "This run was interrupted before it was tested.",
    "finished": "The files of this run are gone, so there is nothing left to show.",
}


class Unreadable(ValueError):
    """A run's file cannot be used; the message is a sentence for the page."""


def evaluation(run_id: str) -> Evaluation | None:
    """The evaluation of a run; None where it has none. Raises `Unreadable`."""
    folder = run_folder(run_id)
    version = _version(folder / EVALUATION)
    return None if version is None else _read_evaluation(folder, version)


@cached_by_bytes(32_000_000, json_bytes)
def _read_evaluation(folder: Path, version: tuple[int, int]) -> Evaluation | None:
    _check_size(version)
    try:
        document = read_evaluation(folder)
    except ValueError as error:
        raise Unreadable(str(error)) from None
    if document is not None and not all(map(is_complete, document["outputs"].values())):
        raise Unreadable("The evaluation of this run cannot be read: it was written by another version.")
    return document


def examples(run_id: str, output: str) -> Examples | None:
    """The saved test examples of an output, the worst first; None where there are none. Raises `Unreadable`."""
    folder = run_folder(run_id)
    version = _version(folder / file_of_output(run_id, MISTAKES, output))
    return None if version is None else _read_examples(folder, version, output)


def _memory(examples: Examples | None) -> int:
    """About the memory of examples: their arrays and texts."""
    if examples is None:
        return 0
    return json_bytes(examples.texts) + sum(
        getattr(values, "nbytes", 0) for values in vars(examples).values()
    )


@cached_by_bytes(64_000_000, _memory)
def _read_examples(folder: Path, version: tuple[int, int], output: str) -> Examples | None:
    _check_size(version)
    try:
        return read_examples(folder, output)
    except ValueError as error:
        raise Unreadable(str(error)) from None


def file_of_output(run_id: str, name: str, output: str) -> str:
    """The name of the file of one output."""
    document = evaluation(run_id)
    outputs = list(document["outputs"]) if document else []
    return output_file(name, outputs.index(output) if output in outputs else 0, max(1, len(outputs)))


def _check_size(version: tuple[int, int]) -> None:
    if version[1] > LARGEST:
        raise Unreadable(f"The results of this run are too large to show: {size(version[1])}.")


def png_of(image: Any, side: int = 96) -> bytes:
    """An image, uint8 `(height, width, channels)`, as a PNG file, small ones enlarged in whole steps."""
    return base64.b64decode(png_base64(image, side))


def file_bytes(run_id: str, name: str) -> bytes:
    """A file of the run's folder. Raises `Unreadable` where it is gone."""
    try:
        return (run_folder(run_id) / name).read_bytes()
    except OSError as error:
        raise Unreadable(f"{name} of this run cannot be read: {error.strerror or error}.") from None


def has_file(run_id: str, name: str) -> bool:
    """Whether the run's folder holds that file."""
    return _version(run_folder(run_id) / name) is not None


def missing_reason(run: Run, finished: int) -> str:
    """Why a run has no evaluation; `finished` is how many epochs it finished."""
    sentence = _UNTESTED[run.status]
    if run.status in ("failed", "interrupted", "stopped") and run.message:
        sentence += f" {run.message}"
    if run.status in ("stopped", "interrupted") and finished:
        sentence += f" Its curves over {counted(finished, 'epoch')} are saved."
    return sentence


def _version(path: Path) -> tuple[int, int] | None:
    """When a file was written and its size in bytes; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size

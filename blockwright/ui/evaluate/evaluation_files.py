"""What a run left behind after its test: the numbers, the mistakes as images, and the files to take away."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blockwright.runs.evaluation_reader import file_name
from blockwright.runs.home import run_folder

if TYPE_CHECKING:
    from blockwright.runs.evaluation_reader import Examples, Worst
    from blockwright.runs.records import Run

MISTAKES = "mistakes.npz"
LARGEST = 400_000_000


class Unreadable(ValueError):
    """A run's file cannot be used; the message is a sentence for the page."""


def evaluation(run_id: str) -> dict[str, Any] | None:
    """The evaluation of a run (see `evaluation.reading.read_evaluation`); None where it has none.

    Raises `Unreadable`.
    """
    folder = run_folder(run_id)
    stamp = _stamp(folder / "evaluation.json")
    return None if stamp is None else _read_evaluation(folder, stamp)


@lru_cache(maxsize=64)
def _read_evaluation(folder: Path, stamp: tuple[int, int]) -> dict[str, Any] | None:
    from blockwright.runs.evaluation_reader import read_evaluation

    _refuse_size(stamp)
    try:
        found = read_evaluation(folder)
    except ValueError as error:
        raise Unreadable(str(error)) from None
    if found is not None and not all(map(_is_whole, found["outputs"].values())):
        raise Unreadable("The evaluation of this run cannot be read: it was written by another version.")
    return found


_NEEDED = {
    "classes": {"test_accuracy", "class_names", "confusion_matrix", "report"},
    "number": {"mae", "rmse", "r2", "points", "residuals", "target", "examples"},
    "tags": {"test_accuracy", "exact", "tags", "class_names", "threshold", "examples"},
    "reconstruction": {"mae", "rmse", "baseline_mae", "errors", "examples"},
}


def _is_whole(one: dict[str, Any]) -> bool:
    return one.get("kind") in _NEEDED and _NEEDED[one["kind"]] <= set(one)


def examples(run_id: str, output: str | None = None) -> "Examples | None":
    """The examples kept of an output that tells classes, mistakes first; None where there are none.

    Raises `Unreadable`.
    """
    folder = run_folder(run_id)
    stamp = _stamp(folder / kept_file(run_id, MISTAKES, output))
    return None if stamp is None else _read_examples(folder, stamp, output)


def worst(run_id: str, output: str | None = None) -> "Worst | None":
    """The worst examples of an output that tells no classes; None where there are none. Raises `Unreadable`."""
    folder = run_folder(run_id)
    stamp = _stamp(folder / kept_file(run_id, MISTAKES, output))
    return None if stamp is None else _read_worst(folder, stamp, output)


def kept_file(run_id: str, name: str, output: str | None) -> str:
    """What the file of one output is called."""
    found = evaluation(run_id)
    names = list(found["outputs"]) if found else []
    return file_name(name, names.index(output) if output in names else 0, max(1, len(names)))


@lru_cache(maxsize=8)
def _read_examples(folder: Path, stamp: tuple[int, int], output: str | None) -> "Examples | None":
    from blockwright.runs.evaluation_reader import read_examples

    _refuse_size(stamp)
    try:
        return read_examples(folder, output)
    except ValueError as error:
        raise Unreadable(str(error)) from None


@lru_cache(maxsize=8)
def _read_worst(folder: Path, stamp: tuple[int, int], output: str | None) -> "Worst | None":
    from blockwright.runs.evaluation_reader import read_worst

    _refuse_size(stamp)
    try:
        return read_worst(folder, output)
    except ValueError as error:
        raise Unreadable(str(error)) from None


def _refuse_size(stamp: tuple[int, int]) -> None:
    if stamp[1] > LARGEST:
        raise Unreadable(f"The results of this run are too large to show: {stamp[1] / 1e6:,.0f} MB.")


def chosen(kept: "Examples", true: int | None, said: int | None) -> list[int]:
    """Places among the kept examples: the mistakes of a class, of an answer, or whatever lies in one cell."""
    places = []
    for place, (label, answer) in enumerate(zip(kept.true.tolist(), kept.predicted.tolist(), strict=True)):
        fits = true in (None, label) and said in (None, answer)
        if fits and (label != answer or (true is not None and true == said)):
            places.append(place)
    return places


def png_of(image: Any, side: int = 96) -> bytes:
    """One kept image, uint8 `(height, width, channels)`, as a PNG file, small ones enlarged in whole steps."""
    import base64

    from blockwright.runs.image_encoding import png_base64

    return base64.b64decode(png_base64(image, side))


def file_bytes(run_id: str, name: str) -> bytes:
    """A file of the run's folder. Raises `Unreadable` where it is gone."""
    try:
        return (run_folder(run_id) / name).read_bytes()
    except OSError as error:
        raise Unreadable(f"{name} of this run cannot be read: {error.strerror or error}.") from None


def has_file(run_id: str, name: str) -> bool:
    """Whether the run's folder holds that file."""
    return _stamp(run_folder(run_id) / name) is not None


def why_not(run: "Run", done: int) -> str:
    """Why a run has no evaluation; `done` is how many epochs it finished."""
    sentences = {
        "queued": "This run still waits in line. Its test comes after training.",
        "starting": "This run is starting. Its test comes after training.",
        "running": "This run is still training. Its test comes when training ends.",
        "paused": "This run is paused. Its test comes when training ends.",
        "stopped": "This run was stopped before it was tested.",
        "failed": "This run failed before it was tested.",
        "interrupted": "This run was interrupted before it was tested.",
        "finished": "The files of this run are gone, so there is nothing left to show.",
    }
    sentence = sentences[run.status]
    if run.status in ("failed", "interrupted", "stopped") and run.message:
        sentence += f" {run.message}"
    if run.status in ("stopped", "interrupted") and done:
        sentence += f" Its curves over {done} {'epoch' if done == 1 else 'epochs'} are kept."
    return sentence


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size

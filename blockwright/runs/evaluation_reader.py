"""Reading what an evaluated run left in its folder. NumPy only, for the pages as well."""

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np

from blockwright.runs.upgrade import first_output_id
from blockwright.schema.run.evaluation import Evaluation

EVALUATION = "evaluation.json"
PREDICTIONS = "predictions.npz"
MISTAKES = "mistakes.npz"
_DESIGN = "design.json"
_CLASSIFICATION_KEYS = (
    "test_loss",
    "examples",
    "test_accuracy",
    "class_names",
    "confusion_matrix",
    "report",
    "averages",
)


@dataclass(frozen=True)
class Examples:
    """Saved test examples of one output, the worst first.

    Attributes:
        index: `(examples,)`, the position of each in the test part.
        true, predicted: class numbers `(examples,)`, else values `(examples, values)` in the target's unit (of
            reconstructions the first 256 values, of tags probabilities).
        confidence: `(examples,)`, the probability of the predicted class; None for what has no classes.
        error: `(examples,)`, the mean absolute error, or how many tags are wrong; None for classes.
        images: uint8 `(examples, height, width, channels)`, or None where there are no pictures.
        reconstructions: the network's reconstructions of `images`, of the same shape; None for other outputs. The best
            reconstructions stand last.
        texts: for every example its values as text, by their names; empty where there are none.
    """

    index: np.ndarray
    true: np.ndarray
    predicted: np.ndarray
    confidence: np.ndarray | Any = None
    error: np.ndarray | Any = None
    images: np.ndarray | Any = None
    reconstructions: np.ndarray | Any = None
    texts: tuple[dict[str, str], ...] = ()

    def __len__(self) -> int:
        return len(self.index)


def output_file(name: str, index: int, count: int) -> str:
    """The name of a file of output `index` of `count`: plain for a single output, else with the output's number."""
    if count == 1:
        return name
    stem, _, ending = name.partition(".")
    return f"{stem}-{index + 1}.{ending}"


def read_evaluation(folder: str | Path) -> Evaluation | None:
    """What `evaluation.json` holds; None for a run that was not evaluated.

    Files of earlier versions are upgraded. Raises ValueError with a sentence when the file is damaged.
    """
    path = Path(folder) / EVALUATION
    try:
        return upgrade(json.loads(path.read_text(encoding="utf-8")), Path(folder))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise ValueError(f"The evaluation of this run cannot be read ({path.name} is damaged).") from error


def upgrade(document: dict[str, Any], folder: Path) -> Evaluation:
    """The document in the current format, from one of any version.

    Earlier versions kept the report of a single output with classes at the top of the document and not under
    `outputs`, and the first ones had no `outputs` at all: the output's id then comes from the design in `folder`.
    """
    outputs = document.get("outputs")
    if outputs is None:
        outputs = {_first_output(folder): {"kind": "classes", "target": "class", "loss": None, "weight": 1.0}}
    if len(outputs) == 1 and "confusion_matrix" in document:
        ((output, report),) = outputs.items()
        report = {key: document[key] for key in _CLASSIFICATION_KEYS if key in document} | report
        if report["weight"] not in (0, 1) and document.get("test_loss") is not None:
            report["test_loss"] = document["test_loss"] / report["weight"]
        outputs = {output: report}
    totals = {key: document[key] for key in ("test_loss", "examples") if key in document}
    return cast(Evaluation, totals | {"outputs": outputs})


def read_examples(folder: str | Path, output: str | None = None) -> Examples | None:
    """The saved test examples of an output; None for a run without. Raises ValueError for a damaged file.

    `output` None means the only one, or the first.
    """
    arrays = _read_arrays(_path(folder, MISTAKES, output), {"index", "true", "predicted"})
    if arrays is None:
        return None
    images = arrays.get("images")
    return Examples(
        arrays["index"],
        arrays["true"],
        arrays["predicted"],
        arrays.get("confidence"),
        arrays.get("error"),
        images if images is not None and images.ndim == 4 else None,
        arrays.get("reconstructions"),
        _texts(arrays),
    )


def read_predictions(folder: str | Path, output: str | None = None) -> dict[str, np.ndarray] | None:
    """The predictions of an output for the whole test part; None when not evaluated.

    Classes: `true`, `predicted`, `confidence` and `probabilities`; numbers and tags: `true` and `predicted`;
    reconstructions: `error`. Raises ValueError for a damaged file.
    """
    arrays = _read_arrays(_path(folder, PREDICTIONS, output), set())
    if arrays is None:
        return None
    if not ({"true", "predicted"} <= set(arrays) or "error" in arrays):
        raise ValueError(f"The results of this run cannot be read ({PREDICTIONS} is damaged).")
    return arrays


def _path(folder: str | Path, name: str, output: str | None) -> Path:
    evaluation = read_evaluation(folder)
    outputs = list(evaluation["outputs"]) if evaluation else []
    index = outputs.index(output) if output in outputs else 0
    return Path(folder) / output_file(name, index, max(1, len(outputs)))


def _texts(arrays: dict[str, np.ndarray]) -> tuple[dict[str, str], ...]:
    if not arrays.get("columns", np.zeros(0)).size:
        return ()
    names = [str(name) for name in arrays["columns"]]
    return tuple(dict(zip(names, map(str, row), strict=True)) for row in arrays["texts"])


def _first_output(folder: Path) -> str:
    try:
        design = json.loads((folder / _DESIGN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        design = {}
    return first_output_id(design)


def _read_arrays(path: Path, required: set[str]) -> dict[str, np.ndarray] | None:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {key: archive[key] for key in archive.files}
        if not required <= set(arrays):
            raise KeyError(required)
        return arrays
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError, AttributeError, zipfile.BadZipFile) as error:
        raise ValueError(f"The results of this run cannot be read ({path.name} is damaged).") from error

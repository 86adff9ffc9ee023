"""Reading what an evaluated run left in its folder. NumPy only, for the pages as well."""

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

EVALUATION = "evaluation.json"
PREDICTIONS = "predictions.npz"
MISTAKES = "mistakes.npz"
_DESIGN = "design.json"
_OF_CLASSES = (
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
    """Examples of an output that tells classes, mistakes first, the surest ones foremost.

    `images` is uint8 `(examples, height, width, channels)`, or None where there are none; `index` is the place in the
    test part; `true`, `predicted` (class numbers) and `confidence` are `(examples,)`; `texts` has for every example its
    values as text, by their names.
    """

    images: np.ndarray | None
    index: np.ndarray
    true: np.ndarray
    predicted: np.ndarray
    confidence: np.ndarray
    texts: tuple[dict[str, str], ...] = ()

    def __len__(self) -> int:
        return len(self.index)

    def mistakes(self, limit: int | None = None) -> "Examples":
        """The wrong answers only."""
        return self._pick(np.flatnonzero(self.true != self.predicted)[:limit])

    def cell(self, true: int, predicted: int, limit: int | None = None) -> "Examples":
        """The kept examples of one cell of the confusion matrix."""
        return self._pick(np.flatnonzero((self.true == true) & (self.predicted == predicted))[:limit])

    def _pick(self, places: np.ndarray) -> "Examples":
        return Examples(
            None if self.images is None else self.images[places],
            self.index[places],
            self.true[places],
            self.predicted[places],
            self.confidence[places],
            tuple(self.texts[place] for place in places) if self.texts else (),
        )


@dataclass(frozen=True)
class Worst:
    """Examples of an output that gives numbers, tags or what it was given, the worst first.

    `error` is the mean absolute error of an example, or how many of its tags are wrong; `true` and `predicted` are
    `(examples, values)` in the target's unit (of what was given back the first 256 values, of tags probabilities).
    `images` are the examples, `reconstructions` what was made of them, both uint8 or None. `texts` as in `Examples`.
    Of what was given back, the best examples stand last.
    """

    index: np.ndarray
    error: np.ndarray
    true: np.ndarray
    predicted: np.ndarray
    images: np.ndarray | None = None
    reconstructions: np.ndarray | None = None
    texts: tuple[dict[str, str], ...] = ()

    def __len__(self) -> int:
        return len(self.index)


def file_name(name: str, place: int, count: int) -> str:
    """What a file of the output at that place is called: as ever where there is one output, else with its number."""
    if count == 1:
        return name
    stem, _, ending = name.partition(".")
    return f"{stem}-{place + 1}.{ending}"


def read_evaluation(folder: str | Path) -> dict[str, Any] | None:
    """What `evaluation.json` holds; None for a run that was not evaluated.

    Keys: test_loss (the weighted sum over the outputs), test_accuracy, examples, class_names, confusion_matrix (rows
    are true classes; None above a thousand classes), report (class, precision, recall, f1, support), averages (macro,
    weighted): those of the one output that tells classes, and None or empty for other networks, which have test_mae
    or metrics (`test_<output>_loss` and so on) instead.

    `outputs` has all that for every output by its id: kind (`classes`, `number`, `tags`, `reconstruction`), target,
    loss, weight, test_loss, examples, and what `writing`, `numbers`, `tags` and `reconstruction` say of each kind.
    Raises ValueError with a sentence when the file is damaged.
    """
    path = Path(folder) / EVALUATION
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return completed(document, Path(folder))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ValueError(f"The evaluation of this run cannot be read ({path.name} is damaged).") from error


def completed(document: dict[str, Any], folder: Path | None = None) -> dict[str, Any]:
    """The document with everything about classes in `outputs` as well, where files keep it once.

    Runs of before outputs had names get that of the design in their folder.
    """
    outputs = document.get("outputs")
    if outputs is None:
        outputs = {_output_of(folder): {"kind": "classes", "target": "class", "loss": None, "weight": 1.0}}
    if len(outputs) == 1:
        output, found = next(iter(outputs.items()))
        if found["kind"] == "classes":
            found = found | {key: document[key] for key in _OF_CLASSES if key in document}
            weight = found["weight"]
            if weight not in (0, 1) and found.get("test_loss") is not None:
                found["test_loss"] = document["test_loss"] / weight
            outputs = {output: found}
    return document | {"outputs": outputs}


def read_examples(folder: str | Path, output: str | None = None) -> Examples | None:
    """The kept examples of an output that tells classes; None for a run without. ValueError for a damaged file.

    `output` None means the only one, or the first.
    """
    arrays = _read(_path(folder, MISTAKES, output), ("index", "true", "predicted"))
    if arrays is None or "confidence" not in arrays:
        return None
    images = arrays.get("images")
    return Examples(
        images if images is not None and images.ndim == 4 else None,
        arrays["index"],
        arrays["true"],
        arrays["predicted"],
        arrays["confidence"],
        _texts(arrays),
    )


def read_worst(folder: str | Path, output: str | None = None) -> Worst | None:
    """The worst examples of an output that tells no classes; None for a run without. ValueError for a damaged file."""
    arrays = _read(_path(folder, MISTAKES, output), ("index", "true", "predicted"))
    if arrays is None or "error" not in arrays:
        return None
    images = arrays.get("images")
    return Worst(
        arrays["index"],
        arrays["error"],
        arrays["true"],
        arrays["predicted"],
        images if images is not None and images.ndim == 4 else None,
        arrays.get("reconstructions"),
        _texts(arrays),
    )


def read_predictions(folder: str | Path, output: str | None = None) -> dict[str, np.ndarray] | None:
    """The answers of an output to the whole test part; None when not evaluated.

    Classes: `true`, `predicted`, `confidence` and `probabilities`; numbers and tags: `true` and `predicted`; what was
    given back: `error`.
    """
    arrays = _read(_path(folder, PREDICTIONS, output), ())
    if arrays is None:
        return None
    for keys in (("true", "predicted", "confidence", "probabilities"), ("true", "predicted"), ("error",)):
        if set(keys) <= set(arrays):
            return {key: arrays[key] for key in keys}
    raise ValueError(f"The results of this run cannot be read ({PREDICTIONS} is damaged).")


def _path(folder: str | Path, name: str, output: str | None) -> Path:
    found = read_evaluation(folder)
    names = list(found["outputs"]) if found else []
    place = names.index(output) if output in names else 0
    return Path(folder) / file_name(name, place, max(1, len(names)))


def _texts(arrays: dict[str, np.ndarray]) -> tuple[dict[str, str], ...]:
    if not arrays.get("columns", np.zeros(0)).size:
        return ()
    names = [str(name) for name in arrays["columns"]]
    return tuple(dict(zip(names, map(str, row), strict=True)) for row in arrays["texts"])


def _output_of(folder: Path | None) -> str:
    try:
        design = json.loads((folder / _DESIGN).read_text(encoding="utf-8")) if folder else {}
        return str((design.get("outputs") or [design["nodes"][-1]["id"]])[0])
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError):
        return "output"


def _read(path: Path, keys: tuple[str, ...]) -> dict[str, np.ndarray] | None:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            found = {key: arrays[key] for key in arrays.files}
        if not set(keys) <= set(found):
            raise KeyError(keys)
        return found
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError, AttributeError, zipfile.BadZipFile) as error:
        raise ValueError(f"The results of this run cannot be read ({path.name} is damaged).") from error

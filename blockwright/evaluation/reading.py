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


@dataclass(frozen=True)
class Examples:
    """Examples to look at, mistakes first, the surest ones foremost.

    `images` is uint8 `(examples, height, width, channels)`, or None for vectors; `index` is the place in the test
    part; `true`, `predicted` (class numbers) and `confidence` are `(examples,)`.
    """

    images: np.ndarray | None
    index: np.ndarray
    true: np.ndarray
    predicted: np.ndarray
    confidence: np.ndarray

    def __len__(self) -> int:
        return len(self.index)

    def mistakes(self, limit: int | None = None) -> "Examples":
        """The wrong answers only."""
        return self._pick(np.flatnonzero(self.true != self.predicted)[:limit])

    def cell(self, true: int, predicted: int, limit: int | None = None) -> "Examples":
        """The kept examples of one cell of the confusion matrix."""
        return self._pick(np.flatnonzero((self.true == true) & (self.predicted == predicted))[:limit])

    def _pick(self, places: np.ndarray) -> "Examples":
        images = None if self.images is None else self.images[places]
        return Examples(
            images, self.index[places], self.true[places], self.predicted[places], self.confidence[places]
        )


def read_evaluation(folder: str | Path) -> dict[str, Any] | None:
    """What `evaluation.json` holds; None for a run that was not evaluated.

    Keys: test_loss, test_accuracy, examples, class_names, confusion_matrix (rows are true classes; None above a
    thousand classes), report (class, precision, recall, f1, support), averages (macro, weighted).
    Raises ValueError with a sentence when the file is damaged.
    """
    path = Path(folder) / EVALUATION
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise ValueError(f"The evaluation of this run cannot be read ({path.name} is damaged).") from error


def read_examples(folder: str | Path) -> Examples | None:
    """The kept examples of a run; None for a run that was not evaluated. ValueError when the file is damaged."""
    path = Path(folder) / MISTAKES
    arrays = _read(path, ("images", "index", "true", "predicted", "confidence"))
    if arrays is None:
        return None
    images = arrays.pop("images")
    return Examples(images if images.ndim == 4 else None, **arrays)


def read_predictions(folder: str | Path) -> dict[str, np.ndarray] | None:
    """`true`, `predicted`, `confidence` and `probabilities` of the whole test part; None when not evaluated."""
    return _read(Path(folder) / PREDICTIONS, ("true", "predicted", "confidence", "probabilities"))


def _read(path: Path, keys: tuple[str, ...]) -> dict[str, np.ndarray] | None:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return {key: arrays[key] for key in keys}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"The results of this run cannot be read ({path.name} is damaged).") from error

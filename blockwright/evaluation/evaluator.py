"""The evaluation of predictions: what is the same for every task."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from blockwright.evaluation.display import DisplayExamples
from blockwright.evaluation.output_predictions import OutputPredictions
from blockwright.runs.files.image_encoding import to_uint8, value_range

WORST = 100
MAX_BYTES = 32_000_000
MAX_VALUES = 256

Arrays = dict[str, np.ndarray]


class Evaluator(ABC):
    """Evaluates the outputs of one task.

    A new task gets a module with a subclass, which `evaluators.EVALUATORS` lists.
    """

    kind: ClassVar[str]

    @abstractmethod
    def report(self, predictions: OutputPredictions) -> dict[str, Any]:
        """The task's own part of the output's report (`schema.run.evaluation`)."""

    @abstractmethod
    def score(self, report: Mapping[str, Any]) -> str:
        """The report in a few words, such as "accuracy 98.2%"."""

    def arrays(self, predictions: OutputPredictions) -> Arrays:
        """What `predictions.npz` holds of the whole test part."""
        return {
            "true": predictions.true.astype(np.float32),
            "predicted": predictions.values.astype(np.float32),
        }

    @abstractmethod
    def errors(self, predictions: OutputPredictions) -> np.ndarray:
        """The error of each prediction, `(examples,)`."""

    def order(self, predictions: OutputPredictions, errors: np.ndarray) -> np.ndarray:
        """The positions of the examples to save, the worst first."""
        return np.argsort(-np.nan_to_num(errors, nan=np.inf), kind="stable")[:WORST]

    def examples(self, predictions: OutputPredictions, display: DisplayExamples) -> Arrays:
        """What `mistakes.npz` holds: examples to look at, the worst first.

        `images`, `columns` and `texts` show them; `index` is their position in the test part. Also `error`, and
        `true` and `predicted` (flattened, at most 256 values each).
        """
        errors = self.errors(predictions)
        indices = self.order(predictions, errors)
        true, predicted = (
            values[indices].reshape(len(indices), -1)[:, :MAX_VALUES].astype(np.float32)
            for values in (predictions.true, predictions.values)
        )
        return {
            **appearance(display, indices),
            "index": indices.astype(np.int64),
            "error": errors[indices].astype(np.float32),
            "true": true,
            "predicted": predicted,
        }


def appearance(display: DisplayExamples, indices: np.ndarray) -> Arrays:
    """`images` (uint8, empty without pictures), and their values: the names in `columns`, rows of text in `texts`."""
    if display.images is not None and display.images.ndim == 4:
        pictures = to_uint8(display.images[indices], *value_range(display.images))
    else:
        pictures = np.zeros((len(indices), 0), dtype=np.uint8)
    columns, rows = display.texts(indices)
    texts = np.array(rows, dtype=np.str_).reshape(len(indices), len(columns))
    return {"images": pictures, "columns": np.array(columns, dtype=np.str_), "texts": texts}

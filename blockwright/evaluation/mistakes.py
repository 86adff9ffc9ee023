"""Which examples to keep for looking at: the worst mistakes, and some of every cell of the confusion matrix."""

import numpy as np

from blockwright.data.preview import to_uint8, value_range
from blockwright.evaluation.predictions import Predictions

WORST = 100
EACH_MISTAKEN_CELL = 8
EACH_RIGHT_CELL = 4
MAX_EXAMPLES = 2_000
MAX_BYTES = 32_000_000


def choose_examples(predictions: Predictions, bytes_each: int = 1) -> np.ndarray:
    """Positions of the examples to keep: the mistakes first, the surest ones foremost, then right answers.

    Of every cell some are kept, as far as their number and bytes allow.
    """
    true, predicted, confidence = predictions.true, predictions.predicted, predictions.confidence
    wrong = np.flatnonzero(true != predicted)
    right = np.flatnonzero(true == predicted)
    wrong = wrong[np.argsort(-confidence[wrong], kind="stable")]
    # Of right answers the least sure ones are worth a look.
    right = right[np.argsort(confidence[right], kind="stable")]
    cells = true.astype(np.int64) * predictions.probabilities.shape[1] + predicted
    place = _place_in_cell(cells[wrong])
    kept = (np.arange(len(wrong)) < WORST) | (place < EACH_MISTAKEN_CELL)
    room = max(1, min(MAX_EXAMPLES, MAX_BYTES // max(1, bytes_each)))
    right_kept = right[_place_in_cell(cells[right]) < EACH_RIGHT_CELL]
    return np.concatenate([wrong[kept], right_kept])[:room]


def examples_document(
    images: np.ndarray, chosen: np.ndarray, predictions: Predictions
) -> dict[str, np.ndarray]:
    """The arrays of `mistakes.npz`: images (uint8, empty for vectors), index, true, predicted, confidence."""
    if images.ndim == 4:
        pictures = to_uint8(images[chosen], *value_range(images))
    else:
        pictures = np.zeros((len(chosen), 0), dtype=np.uint8)
    return {
        "images": pictures,
        "index": chosen.astype(np.int64),
        "true": predictions.true[chosen].astype(np.int32),
        "predicted": predictions.predicted[chosen],
        "confidence": predictions.confidence[chosen].astype(np.float32),
    }


def _place_in_cell(cells: np.ndarray) -> np.ndarray:
    """For each entry how many of the same cell come before it."""
    order = np.argsort(cells, kind="stable")
    ordered = cells[order]
    starts = (
        np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
        if len(cells)
        else np.zeros(0, dtype=np.int64)
    )
    counts = np.diff(np.r_[starts, len(cells)])
    places = np.empty(len(cells), dtype=np.int64)
    places[order] = np.arange(len(cells)) - np.repeat(starts, counts)
    return places

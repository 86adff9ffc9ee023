"""Which examples to keep for looking at: the worst mistakes; of classes, some of every cell of the confusion matrix."""

import numpy as np

from blockwright.evaluation.predictions import Predictions
from blockwright.evaluation.predictions_by_output import Answers
from blockwright.evaluation.reconstruction import example_errors
from blockwright.evaluation.shown_examples import Shown
from blockwright.runs.image_encoding import to_uint8, value_range

WORST = 100
EACH_MISTAKEN_CELL = 8
EACH_RIGHT_CELL = 4
MAX_EXAMPLES = 2_000
MAX_BYTES = 32_000_000
EACH_END = 50
MOST_VALUES = 256


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


def examples_document(shown: Shown, chosen: np.ndarray, predictions: Predictions) -> dict[str, np.ndarray]:
    """The arrays of `mistakes.npz` for classes: how the examples look, index, true, predicted, confidence."""
    return {
        **looks(shown, chosen),
        "index": chosen.astype(np.int64),
        "true": predictions.true[chosen].astype(np.int32),
        "predicted": predictions.predicted[chosen],
        "confidence": predictions.confidence[chosen].astype(np.float32),
    }


def looks(shown: Shown, chosen: np.ndarray) -> dict[str, np.ndarray]:
    """`images` (uint8, empty without pictures), and their values: the names in `columns`, rows of text in `texts`."""
    if shown.images is not None and shown.images.ndim == 4:
        pictures = to_uint8(shown.images[chosen], *value_range(shown.images))
    else:
        pictures = np.zeros((len(chosen), 0), dtype=np.uint8)
    columns, rows = shown.texts(chosen)
    texts = np.array(rows, dtype=np.str_).reshape(len(chosen), len(columns))
    return {"images": pictures, "columns": np.array(columns, dtype=np.str_), "texts": texts}


def worst_document(answers: Answers, shown: Shown) -> dict[str, np.ndarray]:
    """The arrays of `mistakes.npz` for numbers, tags and what was given back: worst examples first.

    `index`, `error` (`(examples,)`: the mean absolute error of a number or of what was given back, how many tags are
    wrong) and `true`, `predicted` (flattened, at most 256 values each). Of what was given back the best examples stand
    last, and pictures of both sides in `images` and `reconstructions`.
    """
    true, said = answers.true, answers.values
    if answers.kind == "tags":
        wrong = np.abs((true >= 0.5).astype(np.float32) - (said >= 0.5))
        error = wrong.sum(axis=1)
        order = np.lexsort((-np.abs(said - true).sum(axis=1), -error))
    else:
        error = example_errors(true, said)
        order = np.argsort(-np.nan_to_num(error, nan=np.inf), kind="stable")
    chosen = order[:WORST]
    if answers.kind == "reconstruction":
        bytes_each = 2 * int(np.prod(true.shape[1:]))
        each = max(1, min(EACH_END, MAX_BYTES // (2 * bytes_each)))
        chosen = order if len(order) <= 2 * each else np.r_[order[:each], order[-each:]]
    return {
        **looks(shown, chosen),
        **(_pictures(true, said, chosen) if answers.kind == "reconstruction" else {}),
        "index": chosen.astype(np.int64),
        "error": error[chosen].astype(np.float32),
        "true": true[chosen].reshape(len(chosen), -1)[:, :MOST_VALUES].astype(np.float32),
        "predicted": said[chosen].reshape(len(chosen), -1)[:, :MOST_VALUES].astype(np.float32),
    }


def _pictures(true: np.ndarray, given: np.ndarray, chosen: np.ndarray) -> dict[str, np.ndarray]:
    if true.ndim != 4:
        return {}
    bounds = value_range(true)
    return {
        "images": to_uint8(true[chosen].astype(np.float32), *bounds),
        "reconstructions": to_uint8(given[chosen].astype(np.float32), *bounds),
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

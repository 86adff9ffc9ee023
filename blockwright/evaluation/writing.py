"""Writing what a run's test part showed into its folder; `reading.py` reads it."""

from pathlib import Path
from typing import Any

import numpy as np

from blockwright.evaluation.confusion import MAX_CLASSES, confusion_matrix
from blockwright.evaluation.files import write_arrays, write_json
from blockwright.evaluation.mistakes import choose_examples, examples_document
from blockwright.evaluation.predictions import Predictions
from blockwright.evaluation.reading import EVALUATION, MISTAKES, PREDICTIONS
from blockwright.evaluation.report import classification_report


def write_evaluation(
    folder: Path, predictions: Predictions, images: np.ndarray, class_names: tuple[str, ...], test_loss: float
) -> dict[str, Any]:
    """Write `evaluation.json`, `predictions.npz` and `mistakes.npz`; the first one's content is returned.

    Args:
        folder: the run's folder.
        predictions: the answers to the test part.
        images: the test part as it was given, `(examples, height, width, channels)`, or vectors.
        class_names: the classes by number.
        test_loss: mean loss over the test part.
    """
    true, predicted = predictions.true, predictions.predicted
    matrix = None
    if len(class_names) <= MAX_CLASSES:
        matrix = confusion_matrix(true, predicted, len(class_names)).tolist()
    document = {
        "test_loss": test_loss,
        "test_accuracy": float(np.mean(true == predicted)),
        "examples": len(true),
        "class_names": list(class_names),
        "confusion_matrix": matrix,
        **classification_report(true, predicted, class_names),
    }
    arrays = {
        "true": true.astype(np.int32),
        "predicted": predicted,
        "confidence": predictions.confidence,
        "probabilities": predictions.probabilities,
    }
    write_arrays(folder / PREDICTIONS, arrays)
    bytes_each = int(np.prod(images.shape[1:])) if images.ndim == 4 else 1
    chosen = choose_examples(predictions, bytes_each)
    write_arrays(folder / MISTAKES, examples_document(images, chosen, predictions))
    write_json(folder / EVALUATION, document)
    return document

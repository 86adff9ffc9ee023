"""Confusion: how often each class was taken for each."""

import numpy as np

MAX_CLASSES = 1_000


def confusion_matrix(true: np.ndarray, predicted: np.ndarray, num_classes: int) -> np.ndarray:
    """Counts, int64 `(num_classes, num_classes)`: rows are the true classes, columns the predicted ones."""
    cells = true.astype(np.int64) * num_classes + predicted
    return np.bincount(cells, minlength=num_classes * num_classes).reshape(num_classes, num_classes)

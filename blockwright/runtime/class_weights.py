"""How much the examples of each class count in the loss."""

import numpy as np


def balanced_class_weights(labels: np.ndarray, classes: int) -> np.ndarray:
    """Weights by which all classes count alike, 1 on average over the examples; 1 for a class without examples."""
    counts = np.bincount(labels, minlength=classes)
    balanced = len(labels) / (np.count_nonzero(counts) * np.maximum(counts, 1))
    return np.where(counts > 0, balanced, 1.0).astype("float32")

"""The weights of the classes of an output, from its settings and its training examples."""

import numpy as np

from blockwright.recipe.settings import SettingsError
from blockwright.runtime.class_weights import balanced_class_weights
from blockwright.tasks.base import Objective


def class_weights(objective: Objective, labels: np.ndarray) -> np.ndarray | None:
    """A weight for each class, float32; None where all examples count alike.

    Raises `SettingsError` where a class with a weight has no training example.
    """
    setting = objective.class_weight
    if setting is None:
        return None
    labels = labels.reshape(-1).astype(np.int64)
    names = objective.target.class_names
    if setting == "balanced":
        return balanced_class_weights(labels, len(names))
    counts = np.bincount(labels, minlength=len(names))
    missing = [name for name in setting if counts[names.index(name)] == 0]
    if missing:
        listed = ", ".join(f'"{name[:60]}"' for name in missing[:8])
        sentence = (
            f'`class_weight` of the output "{objective.output}" has weights for classes without training examples: '
            f"{listed}. Remove these weights, or add examples."
        )
        raise SettingsError([(f"outputs.{objective.output}.class_weight", sentence)])
    return np.array([setting.get(name, 1.0) for name in names], np.float32)

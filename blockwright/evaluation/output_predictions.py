"""The predictions of one output for the test part, ready to be evaluated."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class OutputPredictions:
    """The predictions of one output for the test part, and the true values.

    Attributes:
        output: the output's id.
        kind: the kind of its task.
        target: the name of what it learned.
        names: the classes or tags by number; empty for others.
        unit: of a number; `""` without one.
        loss, weight: the Keras name of its loss, and how much that counted.
        test_loss: its mean loss over the test part, not weighted.
        values: float32: class probabilities `(examples, classes)`, the probability of each tag `(examples, tags)`,
            numbers `(examples, values)` in their unit, or reconstructions `(examples, *shape)`.
        true: class numbers `(examples,)`, else like `values`.
        baseline: the best answer that does not look at the example, found in the training part: a class number, 0 or 1
            for each tag, the mean of each number or of the examples. None where it is not known.
        metrics: the values of its further metrics over the test part, by their names.
    """

    output: str
    kind: str
    target: str
    names: tuple[str, ...]
    unit: str
    loss: str
    weight: float
    test_loss: float
    values: np.ndarray
    true: np.ndarray
    baseline: np.ndarray | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)

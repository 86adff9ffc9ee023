"""What a network said of the test part, output by output, ready to be measured."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

Kind = Literal["classes", "number", "tags", "reconstruction"]


@dataclass(frozen=True)
class Answers:
    """The answers of one output.

    Attributes:
        output: the output's id.
        kind: what it tells.
        target: the name of what it learnt.
        names: the classes or tags by number; empty for others.
        unit: of a number; `""` without one.
        loss, weight: the Keras name of its loss, and how much that counted.
        test_loss: its mean loss over the test part, not weighted.
        values: what it said, float32: class probabilities `(examples, classes)`, the probability of each tag
            `(examples, tags)`, numbers `(examples, values)` in their unit, or what was given back `(examples, *shape)`.
        true: what is right: class numbers `(examples,)`, else like `values`.
        baseline: for numbers, the mean of each over the training part, which a network has to beat; None otherwise.
    """

    output: str
    kind: Kind
    target: str
    names: tuple[str, ...]
    unit: str
    loss: str
    weight: float
    test_loss: float
    values: np.ndarray
    true: np.ndarray
    baseline: np.ndarray | None = None

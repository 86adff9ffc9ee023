"""Data prepared for a design: arrays by its inputs and outputs, and how they were scaled."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from blockwright.data.scaling import Columns
from blockwright.schema.data.features import Feature, Target

Part = Literal["train", "validation", "test"]


@dataclass
class Prepared:
    """Data ready to train on.

    Attributes:
        inputs: for every input of the design, its training examples `(examples, *shape)`: numbers of any type, which
            become float32 and are multiplied by `scales[input]` batch by batch, so that bytes stay bytes in memory;
            for inputs of whole numbers, int32 or int64 as the design says; for texts an object array of str
            `(examples, *shape)`.
        targets: for every output, what it learns: class numbers int32 `(examples,)`, numbers float32
            `(examples, 1)` in their own unit, tags float32 `(examples, tags)`, or for a reconstruction the feature
            itself, to be multiplied by `target_scales[output]`.
        train, validation: the indices of both parts in those arrays, the same for all of them.
        test_inputs, test_targets: the test part, likewise.
        validates_on_test: whether `validation` are indices in the test part.
        scales, target_scales: a factor for each input and output; 1.0 where values are used as they are.
        columns: for inputs that read numeric columns of a table, or vectors, how each column was shifted and scaled
            already.
        means: for inputs that read columns of a table, the mean of each column, which replaces its missing numbers.
        reads: for every input, the feature that it reads (a single column where the input is named after one).
        tasks: for every output, its target.
        notes: sentences that say what was done.
    """

    inputs: dict[str, np.ndarray]
    targets: dict[str, np.ndarray]
    train: np.ndarray
    validation: np.ndarray
    test_inputs: dict[str, np.ndarray]
    test_targets: dict[str, np.ndarray]
    scales: dict[str, float]
    target_scales: dict[str, float]
    columns: dict[str, Columns]
    means: dict[str, np.ndarray]
    reads: dict[str, Feature]
    tasks: dict[str, Target]
    notes: list[str]
    validates_on_test: bool = False

    def part(self, part: Part) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], np.ndarray]:
        """The arrays of inputs and of targets in which a part of the examples is, and its indices there."""
        if part == "test" or (part == "validation" and self.validates_on_test):
            return self.test_inputs, self.test_targets, np.arange(self.test_examples)
        return self.inputs, self.targets, self.train if part == "train" else self.validation

    @property
    def examples(self) -> int:
        """Training and validation examples together."""
        return len(self.train) + len(self.validation)

    @property
    def test_examples(self) -> int:
        """Examples of the test part."""
        return len(next(iter(self.test_inputs.values())))

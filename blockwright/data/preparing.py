"""A loaded data set made ready for a design: its shape, its scale, and a validation part."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from blockwright.data.errors import DataError
from blockwright.data.fitting import Fitting, fit_examples, plan_fitting
from blockwright.data.loading import DataSet
from blockwright.data.splitting import part_size, split

if TYPE_CHECKING:
    import numpy as np

MAX_PREPARED_BYTES = 4_000_000_000


@dataclass
class Prepared:
    """Data ready to train on.

    `x` and `x_test` are `(examples, *shape)`; they become float32 and are multiplied by `scale` batch by batch, so
    that bytes stay bytes in memory. `train` and `validation` are positions in `x` and `y`. `notes` are sentences
    that say what was done.
    """

    x: "np.ndarray"
    y: "np.ndarray"
    train: "np.ndarray"
    validation: "np.ndarray"
    x_test: "np.ndarray"
    y_test: "np.ndarray"
    scale: float
    class_names: tuple[str, ...]
    notes: list[str]

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one example."""
        return self.x.shape[1:]


def prepare(
    dataset: DataSet,
    input_shape: Sequence[int | None],
    *,
    validation_share: float = 0.1,
    seed: int = 0,
    scaling: str = "auto",
    design_scales: bool = False,
) -> Prepared:
    """Fit a data set to a design's input and split off a validation part by the seed.

    Args:
        dataset: what `load` gave.
        input_shape: the design's input without batch; None where any size will do.
        validation_share: the part of the training examples kept for validation.
        seed: the same seed gives the same split.
        scaling: `auto` or `unit` bring values to 0..1 (`auto` not when `design_scales`), `none` leaves them.
        design_scales: the design itself starts with a Rescaling or Normalization block.

    Raises `DataError` where the data does not fit the design or the memory.
    """
    fitting = plan_fitting(dataset.x_train.shape[1:], input_shape)
    _check_memory(dataset, fitting)
    scale, scale_note = choose_scale(dataset, scaling, design_scales)
    train, validation, stratified = split(
        dataset.y_train, part_size(len(dataset.y_train), validation_share), seed
    )
    how = "every class in its share" if stratified else "at random"
    split_note = (
        f"Of {len(dataset.y_train):,} training examples {len(train):,} train and {len(validation):,} validate "
        f"(split by seed {seed}, {how}); {len(dataset.y_test):,} test."
    )
    return Prepared(
        x=fit_examples(dataset.x_train, fitting),
        y=dataset.y_train,
        train=train,
        validation=validation,
        x_test=fit_examples(dataset.x_test, fitting),
        y_test=dataset.y_test,
        scale=scale,
        class_names=dataset.class_names,
        notes=[*dataset.notes, *fitting.notes, scale_note, split_note],
    )


def choose_scale(dataset: DataSet, scaling: str, design_scales: bool) -> tuple[float, str]:
    """The factor that brings a data set's values to the scale that `prepare` describes, and the note that says so."""
    if scaling == "none":
        return 1.0, "Values are used as they are."
    if scaling == "auto" and design_scales:
        return 1.0, "Values are used as they are, because the design scales them itself."
    values = dataset.x_train
    if values.dtype.name == "uint8":
        return 1 / 255, "Values from 0 to 255 are divided by 255."
    low, high = float(values.min()), float(values.max())
    if low >= -1 and high <= 1:
        return 1.0, f"Values from {low:g} to {high:g} are used as they are."
    largest = max(abs(low), abs(high))
    return (
        1 / largest,
        f"Values from {low:g} to {high:g} are divided by {largest:g}, the largest in training.",
    )


def _check_memory(dataset: DataSet, fitting: Fitting) -> None:
    if not fitting.changes:
        return
    import psutil

    examples = len(dataset.x_train) + len(dataset.x_test)
    itemsize = 1 if dataset.x_train.dtype.name == "uint8" else 4
    needed = examples * math.prod(fitting.shape) * itemsize
    limit = min(MAX_PREPARED_BYTES, psutil.virtual_memory().available // 2)
    if needed > limit:
        said = " x ".join(str(length) for length in fitting.shape)
        raise DataError(
            f"{examples:,} examples of {said} need {needed / 1e6:,.0f} MB of memory; there are {limit / 1e6:,.0f}. "
            f"Give the design a smaller input, such as the data's own "
            f"{' x '.join(str(length) for length in fitting.source)}."
        )

"""From prepared arrays to batches. See `options` for why tf.data's autotuner stays off."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np
import tensorflow as tf

if TYPE_CHECKING:
    from blockwright.data.prepare import Prepared
    from blockwright.schema.design import Design
    from blockwright.tasks.base import Objective

_PREFETCH = 2
_Pick = Callable[[tf.Tensor], tf.Tensor]


def batches(
    x: np.ndarray | Mapping[str, np.ndarray],
    y: np.ndarray | tuple[np.ndarray, ...],
    *,
    positions: np.ndarray | None = None,
    scale: float | Mapping[str, float] = 1.0,
    dtype: str | Mapping[str, str] = "float32",
    target_scale: float | tuple[float, ...] = 1.0,
    batch_size: int,
    shuffle_seed: int | None = None,
) -> tf.data.Dataset:
    """Batches of examples `(batch, *shape)`, multiplied by `scale`, with their targets.

    Args:
        x: examples of any number type, which become `dtype` batch by batch, or texts; for several inputs a dictionary
            of them.
        y: class numbers or other targets, one an example; for several outputs a tuple of them.
        positions: which examples to use; None for all.
        scale: a factor for the examples, or one for each input; for those that become float32.
        dtype: what the network takes, or what each input takes: float32, whole numbers, bool or string.
        target_scale: a factor for the targets, or one for each output; targets with another factor than 1, and those
            that are bytes, become float32.
        shuffle_seed: shuffles anew in every epoch, the same way for the same seed; None keeps the order.
    """
    if isinstance(x, Mapping):
        factors = scale if isinstance(scale, Mapping) else dict.fromkeys(x, scale)
        types = dtype if isinstance(dtype, Mapping) else dict.fromkeys(x, dtype)
        examples = {name: _example_picker(one, factors[name], types[name]) for name, one in x.items()}
        count = len(next(iter(x.values())))
    else:
        examples, count = _example_picker(x, scale, dtype), len(x)
    if isinstance(y, tuple):
        factors = target_scale if isinstance(target_scale, tuple) else (target_scale,) * len(y)
        targets = tuple(_target_picker(*pair) for pair in zip(y, factors, strict=True))
    else:
        targets = _target_picker(y, target_scale)
    if positions is None:
        positions = np.arange(count)
    # Positions are shuffled and batched, not images: an epoch's order costs a few microseconds a batch.
    dataset = tf.data.Dataset.from_tensor_slices(positions.astype(np.int64))
    if shuffle_seed is not None:
        dataset = dataset.shuffle(len(positions), seed=shuffle_seed, reshuffle_each_iteration=True)

    def pick(chosen: tf.Tensor) -> tuple:
        def picked(part: _Pick) -> tf.Tensor:
            return part(chosen)

        return tf.nest.map_structure(picked, examples), tf.nest.map_structure(picked, targets)

    return dataset.batch(batch_size).map(pick).prefetch(_PREFETCH).with_options(options())


def prepared_batches(
    design: "Design",
    prepared: "Prepared",
    objectives: "list[Objective]",
    part: Literal["train", "validation", "test"],
    batch_size: int,
    shuffle_seed: int | None = None,
) -> tf.data.Dataset:
    """Batches of one part of the prepared data, as the network of a design takes and gives them."""
    test = part == "test"
    inputs, targets = (
        (prepared.test_inputs, prepared.test_targets) if test else (prepared.inputs, prepared.targets)
    )
    x = {one.id: inputs[one.id] for one in design.inputs}
    types = {one.id: one.dtype for one in design.inputs}
    y = tuple(one.task.shaped(one, targets[one.output]) for one in objectives)
    factors = tuple(prepared.target_scales[one.output] for one in objectives)
    only = design.inputs[0].id if len(x) == 1 else None
    return batches(
        x if only is None else x[only],
        y if len(y) > 1 else y[0],
        positions=None if test else prepared.train if part == "train" else prepared.validation,
        scale=prepared.scales if only is None else prepared.scales[only],
        dtype=types if only is None else types[only],
        target_scale=factors if len(y) > 1 else factors[0],
        batch_size=batch_size,
        shuffle_seed=shuffle_seed,
    )


def options() -> tf.data.Options:
    """Options without autotuning: at the end of an epoch its thread keeps `fit` waiting for up to its next tick."""
    chosen = tf.data.Options()
    chosen.autotune.enabled = False
    chosen.deterministic = True
    return chosen


def as_tensor(array: np.ndarray) -> tf.Tensor:
    """An array as TensorFlow takes it; texts become strings."""
    return (
        tf.convert_to_tensor(array, tf.string) if array.dtype.kind in "OUS" else tf.convert_to_tensor(array)
    )


def _example_picker(array: np.ndarray, scale: float, dtype: str) -> _Pick:
    values = as_tensor(array)
    if dtype == "string" or values.dtype == tf.string:
        return lambda chosen: tf.gather(values, chosen)
    if not dtype.startswith("float"):
        return lambda chosen: tf.cast(tf.gather(values, chosen), dtype)

    def pick(chosen: tf.Tensor) -> tf.Tensor:
        picked = tf.cast(tf.gather(values, chosen), tf.float32)
        return picked if scale == 1.0 else picked * tf.constant(scale, tf.float32)

    return pick


def _target_picker(array: np.ndarray, scale: float) -> _Pick:
    values = as_tensor(array)
    if scale == 1.0 and array.dtype != np.uint8:
        return lambda chosen: tf.gather(values, chosen)
    return lambda chosen: tf.cast(tf.gather(values, chosen), tf.float32) * tf.constant(scale, tf.float32)

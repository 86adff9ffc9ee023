"""From prepared arrays to batches. See `options` for why tf.data's autotuner is off."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from blockwright.data.prepared import Part, Prepared
from blockwright.design.leading_preprocessing import leading_preprocessing
from blockwright.recipe.settings import Settings
from blockwright.schema.design import Design
from blockwright.tasks.base import Objective
from blockwright.training.setup.augmenting import augmented
from blockwright.training.setup.class_weights import class_weights as weights_of

if TYPE_CHECKING:
    from blockwright.network import DesignedModel

_PREFETCH = 2
_Pick = Callable[[tf.Tensor], tf.Tensor]


def batches(
    x: Mapping[str, np.ndarray],
    y: Sequence[np.ndarray],
    *,
    positions: np.ndarray | None = None,
    scales: Mapping[str, float] | None = None,
    dtypes: Mapping[str, str] | None = None,
    target_scales: Sequence[float] | None = None,
    class_weights: Sequence[np.ndarray | None] = (),
    batch_size: int,
    shuffle_seed: int | None = None,
    first_epoch: int = 0,
) -> tf.data.Dataset:
    """Batches of examples with their targets, as a Keras model takes them.

    Args:
        x: for each input its examples `(examples, *shape)`: numbers of any type, or strings. A single input is a
            tensor in the batches, several are a dictionary.
        y: for each output its targets, one per example. A single output is a tensor, several are a tuple.
        positions: the examples to use; None for all.
        scales: factors of the inputs whose dtype is a float; 1 by default.
        dtypes: the dtype in which each input is passed on; float32 by default.
        target_scales: factors of the outputs. Targets with a factor other than 1 become float32, and so do bytes.
        class_weights: for each output the weight of each of its classes; None where all examples count alike. With any,
            batches end with the weights of the examples, in the form of the targets.
        shuffle_seed: reshuffles in every epoch, identically for equal seeds; None keeps the order.
        first_epoch: how many orders are left out, because those epochs were trained before.
    """
    scales, dtypes = scales or {}, dtypes or {}
    inputs = {
        name: _example_picker(array, scales.get(name, 1.0), dtypes.get(name, "float32"))
        for name, array in x.items()
    }
    factors = target_scales or [1.0] * len(y)
    outputs = [_target_picker(array, factor) for array, factor in zip(y, factors, strict=True)]
    if positions is None:
        positions = np.arange(len(next(iter(x.values()))))
    # Positions are shuffled and batched, not images: an epoch's order costs a few microseconds a batch.
    dataset = tf.data.Dataset.from_tensor_slices(positions.astype(np.int64))
    if shuffle_seed is not None:
        dataset = dataset.shuffle(len(positions), seed=shuffle_seed, reshuffle_each_iteration=True)
        for _ in range(first_epoch):
            # Each iterator draws the seed of another order, even one that is not used.
            iter(dataset)

    def pick(indices: tf.Tensor) -> tuple[Any, ...]:
        examples = {name: picker(indices) for name, picker in inputs.items()}
        targets = tuple(picker(indices) for picker in outputs)
        parts = [examples if len(examples) > 1 else next(iter(examples.values()))]
        parts += [values if len(values) > 1 else values[0] for values in (targets, *sample_weights(targets))]
        return tuple(parts)

    def sample_weights(targets: tuple[tf.Tensor, ...]) -> Iterator[tuple[tf.Tensor, ...]]:
        if any(weights is not None for weights in class_weights):
            yield tuple(
                tf.ones(tf.shape(labels)[:1])
                if weights is None
                else tf.gather(tf.constant(weights), tf.cast(tf.reshape(labels, [-1]), tf.int64))
                for labels, weights in zip(targets, class_weights, strict=True)
            )

    return dataset.batch(batch_size).map(pick).prefetch(_PREFETCH).with_options(options())


def prepared_batches(
    design: Design,
    prepared: Prepared,
    objectives: Sequence[Objective],
    part: Part,
    batch_size: int,
    shuffle_seed: int | None = None,
    first_epoch: int = 0,
) -> tf.data.Dataset:
    """Batches of one part of the prepared data, for the network of a design."""
    inputs, targets, positions = prepared.part(part)
    return batches(
        {entry.id: inputs[entry.id] for entry in design.inputs},
        [objective.task.shaped(objective, targets[objective.output]) for objective in objectives],
        positions=positions,
        scales=prepared.scales,
        dtypes={entry.id: entry.dtype for entry in design.inputs},
        target_scales=[prepared.target_scales[objective.output] for objective in objectives],
        class_weights=[
            weights_of(objective, prepared.targets[objective.output][prepared.train])
            for objective in objectives
        ],
        batch_size=batch_size,
        shuffle_seed=shuffle_seed,
        first_epoch=first_epoch,
    )


def training_batches(
    model: "DesignedModel",
    prepared: Prepared,
    objectives: Sequence[Objective],
    settings: Settings,
    first_epoch: int = 0,
) -> tf.data.Dataset:
    """The batches that a run trains on: shuffled by its seed, augmented, and preprocessed if the pipeline does that.

    `first_epoch` counts the epochs that were trained before.
    """
    inputs, size = model.design.inputs, settings.batch_size
    data = prepared_batches(model.design, prepared, objectives, "train", size, settings.seed, first_epoch)
    past = first_epoch * -(-len(prepared.train) // size)
    return in_pipeline(augmented(data, prepared, inputs, settings, past), model, settings)


def validation_batches(
    model: "DesignedModel", prepared: Prepared, objectives: Sequence[Objective], settings: Settings
) -> tf.data.Dataset | None:
    """Batches of the validation part, likewise but as they are; None where nothing validates."""
    if not len(prepared.validation):
        return None
    data = prepared_batches(model.design, prepared, objectives, "validation", settings.batch_size)
    return in_pipeline(data, model, settings)


def in_pipeline(data: tf.data.Dataset, model: "DesignedModel", settings: Settings) -> tf.data.Dataset:
    """Batches that went through the preprocessing that the network begins with, if it is to run in the pipeline.

    Several batches are preprocessed at once, on the processor, while the network trains on those before; their order
    stays.
    """
    if not preprocesses(model.design, settings):
        return data
    return data.map(
        lambda x, *rest: (model.preprocess(x), *rest), num_parallel_calls=tf.data.AUTOTUNE
    ).prefetch(_PREFETCH)


def preprocesses(design: Design, settings: Settings) -> bool:
    """Whether the pipeline of a run does some of what the network does elsewhere."""
    return settings.preprocessing == "pipeline" and bool(leading_preprocessing(design))


def options() -> tf.data.Options:
    """Options without autotuning: at the end of an epoch its thread keeps `fit` waiting for up to its next tick."""
    without_autotuning = tf.data.Options()
    without_autotuning.autotune.enabled = False
    without_autotuning.deterministic = True
    return without_autotuning


def as_tensor(array: np.ndarray) -> tf.Tensor:
    """An array as a tensor; text becomes strings."""
    return (
        tf.convert_to_tensor(array, tf.string) if array.dtype.kind in "OUS" else tf.convert_to_tensor(array)
    )


def _example_picker(array: np.ndarray, scale: float, dtype: str) -> _Pick:
    values = as_tensor(array)
    if dtype == "string" or values.dtype == tf.string:
        return lambda indices: tf.gather(values, indices)
    if not dtype.startswith("float"):
        return lambda indices: tf.cast(tf.gather(values, indices), dtype)

    def pick(indices: tf.Tensor) -> tf.Tensor:
        examples = tf.cast(tf.gather(values, indices), tf.float32)
        return examples if scale == 1.0 else examples * tf.constant(scale, tf.float32)

    return pick


def _target_picker(array: np.ndarray, scale: float) -> _Pick:
    values = as_tensor(array)
    if scale == 1.0 and array.dtype != np.uint8:
        return lambda indices: tf.gather(values, indices)
    return lambda indices: tf.cast(tf.gather(values, indices), tf.float32) * tf.constant(scale, tf.float32)

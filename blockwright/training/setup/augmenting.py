"""Augmentation in the input pipeline of a run, and what images look like afterwards."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from blockwright.data import downloading
from blockwright.data.loading import load
from blockwright.data.prepared import Prepared
from blockwright.recipe.augmentations import Augmentation
from blockwright.recipe.settings import Settings
from blockwright.runs.files.image_encoding import png_base64, to_uint8, value_range
from blockwright.runtime.augmentation import augment
from blockwright.schema.data.dataset_config import read_choice
from blockwright.schema.data.errors import DataError
from blockwright.schema.design import Input
from blockwright.schema.service_calls import AugmentedImage
from blockwright.tasks import task_of

_SHOWN = 6
Range = tuple[float, float]


def augmented_inputs(prepared: Prepared, inputs: Sequence[Input]) -> dict[str, Range]:
    """The inputs that read images, each with the values between which their pixels lie once they are scaled.

    Raises `DataError` where there is none, or an output reconstructs one.
    """
    images = [
        entry.id
        for entry in inputs
        if prepared.reads[entry.id].kind == "image"
        and len(entry.shape) == 3
        and entry.dtype.startswith("float")
    ]
    if not images:
        raise DataError(
            "Augmentations vary images, but no input of the design reads images as decimal numbers. Switch the "
            "augmentations off, or add an input of the shape of the images."
        )
    if any(task_of(target.kind).is_input for target in prepared.tasks.values()):
        raise DataError(
            "Augmentations would change the images that the network reads, but not those that an output "
            "reconstructs. Switch the augmentations off, or use augmentation blocks in the design."
        )
    return {
        name: _pixel_range(prepared.inputs[name][prepared.train], prepared.scales[name]) for name in images
    }


def _pixel_range(images: np.ndarray, scale: float) -> Range:
    low, high = float(images.min()) * scale, float(images.max()) * scale
    usual = ((0.0, 1.0), (-1.0, 1.0), (0.0, 255.0))
    return next((ends for ends in usual if ends[0] <= low and high <= ends[1] * (1 + 1e-6)), (low, high))


def layers_of(
    augmentations: Sequence[Augmentation], ranges: Mapping[str, Range], seed: int
) -> dict[str, list[keras.Layer]]:
    """The layers for each input, each with a seed of its own."""
    each = len(augmentations)
    return {
        name: [
            augmentation.layer(seed + number * each + index, ends)
            for index, augmentation in enumerate(augmentations)
        ]
        for number, (name, ends) in enumerate(ranges.items())
    }


def augmented(
    batches: tf.data.Dataset, prepared: Prepared, inputs: Sequence[Input], settings: Settings, past: int = 0
) -> tf.data.Dataset:
    """Training batches with varied images; as they are without augmentations.

    One batch after the other is varied, so that equal seeds give equal images; `past` counts those that were varied
    before a run was resumed.
    """
    if not settings.augmentations:
        return batches
    layers = layers_of(settings.augmentations, augmented_inputs(prepared, inputs), settings.seed)
    if past:
        for entry in inputs:
            for layer in layers.get(entry.id, ()):
                _draw(layer, entry, past)

    def vary(x: Any, *rest: Any) -> tuple[Any, ...]:
        if not isinstance(x, dict):
            return augment(x, *layers.values()), *rest
        return {**x, **{name: augment(x[name], of_input) for name, of_input in layers.items()}}, *rest

    return batches.map(vary).prefetch(2)


def _draw(layer: keras.Layer, entry: Input, times: int) -> None:
    """Move the random generator of a layer on, as far as that many batches do."""
    state = layer.generator.state
    before = state.numpy()
    layer(tf.zeros((1, *(size or 8 for size in entry.shape))), training=True)
    state.assign(before + (state.numpy() - before) * np.asarray(times, before.dtype))


def augmented_images(
    choice: dict[str, Any], augmentations: Sequence[Augmentation], seed: int
) -> list[AugmentedImage]:
    """Training images of a data set before and after augmentation; none where it has no images or is not here yet."""
    chosen = read_choice(choice)
    if chosen.name in downloading.SOURCES and not downloading.is_downloaded(chosen.name):
        return []
    dataset = load(chosen)
    feature = dataset.card.features[0]
    images = dataset.train.features[feature.name]
    if feature.kind != "image" or images.ndim != 4:
        return []
    low, high = value_range(images)
    before = images[:_SHOWN].astype(np.float32)
    (layers,) = layers_of(augmentations, {feature.name: (low, high)}, seed).values()
    after = np.asarray(augment(tf.convert_to_tensor(before), layers))
    return [
        {
            "before": png_base64(to_uint8(image, low, high)),
            "after": png_base64(to_uint8(varied, low, high)),
        }
        for image, varied in zip(before, after, strict=True)
    ]

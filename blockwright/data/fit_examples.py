"""Bringing examples to the shape that a design reads, with Keras's image operations."""

import math

import numpy as np

from blockwright.recipe.settings import DATA_VERSION, DataVersion
from blockwright.runtime import earlier_resizing
from blockwright.tasks.fitting import Fitting

_VALUES_AT_ONCE = 8_000_000
_LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601, as Pillow's conversion to grey


def fit_examples(examples: np.ndarray, fitting: Fitting, version: DataVersion = DATA_VERSION) -> np.ndarray:
    """The examples in the shape of `fitting`: bytes stay bytes, other numbers become float32.

    The same in every `version` (see `recipe.settings.DATA_VERSION`) up to the rounding of single pixels.
    """
    if not fitting.changes:
        return examples.reshape(len(examples), *fitting.shape)
    dtype = np.uint8 if examples.dtype == np.uint8 else np.float32
    fit = _fit_earlier if version == 1 else _fit
    fitted = np.empty((len(examples), *fitting.shape), dtype=dtype)
    step = max(1, _VALUES_AT_ONCE // max(math.prod(fitting.shape), math.prod(fitting.source)))
    for start in range(0, len(examples), step):
        part = fit(examples[start : start + step].astype(dtype), fitting)
        fitted[start : start + step] = part.reshape(len(part), *fitting.shape)
    return fitted


def _fit(images: np.ndarray, fitting: Fitting) -> np.ndarray:
    import keras

    if fitting.channels == 1:
        images = keras.ops.image.rgb_to_grayscale(images)
    if fitting.size is not None:
        images = keras.ops.image.resize(images, fitting.size, antialias=fitting.shrinks)
    return np.repeat(images, fitting.channels if fitting.channels == 3 else 1, axis=-1)


def _fit_earlier(images: np.ndarray, fitting: Fitting) -> np.ndarray:
    fitted = images.astype(np.float32)
    if fitting.channels == 1:
        fitted = (fitted @ np.asarray(_LUMA, dtype=np.float32))[..., None]
    if fitting.size is not None:
        fitted = earlier_resizing.resize(fitted, *fitting.size)
    if fitting.channels == 3:
        fitted = np.repeat(fitted, 3, axis=-1)
    return np.clip(np.rint(fitted), 0, 255) if images.dtype == np.uint8 else fitted

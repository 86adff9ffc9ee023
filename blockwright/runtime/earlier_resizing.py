"""The resizing of runs of data version 1, before Keras did it."""

import numpy as np


def pixel_weights(old: int, new: int) -> np.ndarray:
    """The part of each old pixel in each new one, shape `(new, old)`."""
    ratio = old / new
    centres = np.clip((np.arange(new) + 0.5) * ratio - 0.5, 0, old - 1)
    distance = np.abs(centres[:, None] - np.arange(old))
    weights = np.maximum(0.0, 1.0 - distance / max(1.0, ratio))
    return (weights / weights.sum(axis=1, keepdims=True)).astype("float32")


def resize(images: np.ndarray, height: int, width: int) -> np.ndarray:
    """Bilinear resizing of float32 images; shrinking averages."""
    images = images.transpose(0, 1, 3, 2) @ pixel_weights(images.shape[2], width).T
    images = images.transpose(0, 2, 3, 1) @ pixel_weights(images.shape[1], height).T
    return images.transpose(0, 3, 2, 1)

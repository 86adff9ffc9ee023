"""Varying the training images of a batch in the input pipeline."""

from collections.abc import Iterable
from typing import Any

import tensorflow as tf


def augment(images: Any, layers: Iterable[Any]) -> Any:
    """The images of a batch, varied at random by layers, one after the other."""
    varied = images
    for layer in layers:
        varied = layer(varied, training=True)
    return tf.ensure_shape(varied, images.shape)

"""Batch normalization by TensorFlow's fused kernel, which Keras 3 does not use: same numbers, far fewer passes."""

from collections.abc import Iterator
from contextlib import contextmanager

import keras
import tensorflow as tf

from blockwright.runtime.batch_normalization import BatchNormalization

_FUSED_DTYPES = (tf.float32, tf.bfloat16)


@contextmanager
def fused_batch_normalization() -> Iterator[None]:
    """In this context every `BatchNormalization` layer uses the fused kernel if possible.

    The kernel takes four-dimensional values with channels last, in float32 or bfloat16, without mask, renormalization
    or synchronization; anything else uses Keras's code. Averages and statistics stay in float32, and the moving
    variance is the biased one, as in Keras (the kernel returns the unbiased one).
    """
    plain = keras.layers.BatchNormalization.call

    def call(self, inputs, training=None, mask=None):
        if mask is not None or not _fits(self, inputs):
            return plain(self, inputs, training=training, mask=mask)
        return BatchNormalization.call(self, inputs, training)

    keras.layers.BatchNormalization.call = call
    try:
        yield
    finally:
        keras.layers.BatchNormalization.call = plain


def _fits(layer: keras.layers.BatchNormalization, inputs: object) -> bool:
    return (
        isinstance(inputs, tf.Tensor)
        and inputs.shape.rank == 4
        and inputs.dtype in _FUSED_DTYPES
        and inputs.dtype.name == layer.compute_dtype
        and layer.axis in (-1, 3)
        and not layer.renorm
        and not layer.synchronized
        and layer.moving_mean.dtype == "float32"
    )

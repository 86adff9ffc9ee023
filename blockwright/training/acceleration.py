"""Batch normalization by TensorFlow's fused kernel, which Keras 3 does not use: same numbers, far fewer passes."""

from collections.abc import Iterator
from contextlib import contextmanager

import keras
import tensorflow as tf

_FUSED_DTYPES = (tf.float32, tf.bfloat16)


@contextmanager
def fused_batch_normalization() -> Iterator[None]:
    """Within it every `BatchNormalization` layer runs the fused kernel where it fits.

    It fits four-dimensional values with channels last, in float32 or bfloat16, without mask, renormalization or
    synchronization; anything else runs Keras's own code. Averages and statistics stay in float32, and the moving
    variance is the plain one, as Keras keeps it (the kernel gives the unbiased one).
    """
    plain = keras.layers.BatchNormalization.call

    def call(self, inputs, training=None, mask=None):
        if mask is not None or not _fits(self, inputs):
            return plain(self, inputs, training=training, mask=mask)
        return _fused(self, inputs, bool(training) and self.trainable)

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


def _fused(layer: keras.layers.BatchNormalization, inputs: tf.Tensor, training: bool) -> tf.Tensor:
    mean, variance = tf.convert_to_tensor(layer.moving_mean), tf.convert_to_tensor(layer.moving_variance)
    gamma = tf.convert_to_tensor(layer.gamma) if layer.scale else tf.ones_like(mean)
    beta = tf.convert_to_tensor(layer.beta) if layer.center else tf.zeros_like(mean)
    empty = tf.zeros([0], tf.float32)
    outputs, batch_mean, batch_variance, *_ = tf.raw_ops.FusedBatchNormV3(
        x=inputs,
        scale=gamma,
        offset=beta,
        mean=empty if training else mean,
        variance=empty if training else variance,
        epsilon=layer.epsilon,
        data_format="NHWC",
        is_training=training,
    )
    if training:
        count = tf.cast(tf.size(inputs) // tf.shape(inputs)[-1], tf.float32)
        batch_variance = batch_variance * ((count - 1.0) / tf.maximum(count, 1.0))
        momentum = layer.momentum
        layer.moving_mean.assign(mean * momentum + batch_mean * (1.0 - momentum))
        layer.moving_variance.assign(variance * momentum + batch_variance * (1.0 - momentum))
    return outputs

"""The root mean squared error of one-hot classes."""

from typing import Any

import keras
import tensorflow as tf


class OneHotRMSE(keras.metrics.Metric):
    """Squares summed over all classes, divided by the number of examples, then the root."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.squares = self.add_weight(name="squares", initializer="zeros")
        self.examples = self.add_weight(name="examples", initializer="zeros")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch of one-hot classes and of the probabilities of all classes."""
        self.squares.assign_add(tf.reduce_sum(tf.square(tf.cast(y_true, tf.float32) - y_pred)))
        self.examples.assign_add(tf.cast(tf.shape(y_true)[0], tf.float32))

    def result(self) -> Any:
        """The value over all batches since the last reset."""
        return tf.sqrt(tf.math.divide_no_nan(self.squares.value, self.examples.value))

    def reset_state(self) -> None:
        """Forget all batches, as at the start of an epoch."""
        self.squares.assign(0.0)
        self.examples.assign(0.0)

"""The accuracy in which all classes count alike."""

from typing import Any

import keras
import tensorflow as tf


class BalancedAccuracy(keras.metrics.Metric):
    """The share of the examples of each class that are right, on average over the classes that have examples."""

    def __init__(self, classes: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.classes = classes
        self.right = self.add_weight(name="right", shape=(classes,), initializer="zeros")
        self.true = self.add_weight(name="true", shape=(classes,), initializer="zeros")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch of one-hot classes and of the probabilities of all classes."""
        y_true = tf.cast(y_true, tf.float32)
        chosen = tf.one_hot(tf.argmax(y_pred, axis=-1), self.classes)
        self.right.assign_add(tf.reduce_sum(y_true * chosen, axis=0))
        self.true.assign_add(tf.reduce_sum(y_true, axis=0))

    def result(self) -> Any:
        """The value over all batches since the last reset."""
        shares = tf.math.divide_no_nan(self.right.value, self.true.value)
        present = tf.math.count_nonzero(self.true.value, dtype=tf.float32)
        return tf.math.divide_no_nan(tf.reduce_sum(shares), present)

    def reset_state(self) -> None:
        """Forget all batches, as at the start of an epoch."""
        for count in (self.right, self.true):
            count.assign(tf.zeros(self.classes))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "classes": self.classes}

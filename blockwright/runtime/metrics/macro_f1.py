"""The mean F1 of all classes."""

from typing import Any

import keras
import tensorflow as tf


class MacroF1(keras.metrics.Metric):
    """F1 of each class, 2 TP / (2 TP + FP + FN), on average: rare classes count as much as common ones."""

    def __init__(self, classes: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.classes = classes
        self.right = self.add_weight(name="right", shape=(classes,), initializer="zeros")
        self.true = self.add_weight(name="true", shape=(classes,), initializer="zeros")
        self.predicted = self.add_weight(name="predicted", shape=(classes,), initializer="zeros")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch of one-hot classes and of the probabilities of all classes."""
        y_true = tf.cast(y_true, tf.float32)
        chosen = tf.one_hot(tf.argmax(y_pred, axis=-1), self.classes)
        self.right.assign_add(tf.reduce_sum(y_true * chosen, axis=0))
        self.true.assign_add(tf.reduce_sum(y_true, axis=0))
        self.predicted.assign_add(tf.reduce_sum(chosen, axis=0))

    def result(self) -> Any:
        """The value over all batches since the last reset; a class that is neither there nor predicted counts 0."""
        f1 = tf.math.divide_no_nan(2 * self.right.value, self.true.value + self.predicted.value)
        return tf.reduce_mean(f1)

    def reset_state(self) -> None:
        """Forget all batches, as at the start of an epoch."""
        for count in (self.right, self.true, self.predicted):
            count.assign(tf.zeros(self.classes))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "classes": self.classes}

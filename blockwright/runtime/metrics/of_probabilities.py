"""Metrics of Keras for class numbers and for the raw outputs of a network."""

from typing import Any

import keras
import tensorflow as tf


class OfProbabilities(keras.metrics.Metric):
    """Gives a metric what it reads: one-hot rows of class numbers, and probabilities of logits.

    `classes` are the columns of the one-hot rows; None for targets that are used as they are. `activation` makes
    probabilities of the outputs; None for outputs that are used as they are.
    """

    def __init__(
        self, metric: Any, classes: int | None = None, activation: str | None = None, **kwargs: Any
    ) -> None:
        self.metric = keras.metrics.get(metric)
        super().__init__(**{"name": self.metric.name, **kwargs})
        self.classes = classes
        self.activation = activation

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        y_pred = tf.cast(y_pred, tf.float32)
        if self.activation is not None:
            y_pred = keras.activations.get(self.activation)(y_pred)
        # Without this, Keras would go back to the logits of a softmax and take them for those of a sigmoid.
        y_pred = tf.identity(y_pred)
        if self.classes is None:
            y_true = tf.reshape(tf.cast(y_true, tf.float32), tf.shape(y_pred))
            y_true = tf.ensure_shape(y_true, y_pred.shape)
        else:
            y_true = tf.one_hot(tf.reshape(tf.cast(y_true, tf.int32), [-1]), self.classes)
            if y_pred.shape[-1] == 1:
                y_pred = tf.concat([1 - y_pred, y_pred], axis=-1)
        self.metric.update_state(y_true, y_pred, sample_weight)

    def result(self) -> Any:
        return self.metric.result()

    def reset_state(self) -> None:
        self.metric.reset_state()

    def get_config(self) -> dict[str, Any]:
        own = {"metric": keras.metrics.serialize(self.metric), "classes": self.classes}
        return {**super().get_config(), **own, "activation": self.activation}

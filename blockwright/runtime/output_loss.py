"""The loss of one of several outputs over all examples, which Keras 3 takes over the batches instead."""

from typing import Any

import keras
import tensorflow as tf


class OutputLoss(keras.metrics.Mean):
    """The mean loss of an output over the examples; in Keras's own, a small last batch counts like any other."""

    def __init__(self, loss: Any, name: str = "mean_loss", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.loss = keras.losses.get(loss)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        loss = tf.reduce_mean(self.loss(y_true, y_pred, sample_weight))
        super().update_state(loss, sample_weight=tf.shape(y_pred)[0])

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "loss": keras.losses.serialize(self.loss)}

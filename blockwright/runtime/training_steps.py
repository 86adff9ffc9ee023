"""A model whose training and test steps are written out, for Keras's `fit` and `evaluate` to call.

The text of these methods stands in generated files, without what a file does not need (see `codegen/loops`).
"""

from typing import Any

import keras
import tensorflow as tf


class TrainingSteps(keras.Model):
    """Overrides what `fit` does with a batch in training and in validation."""

    def train_step(self, data: Any) -> Any:
        """Train on a batch: forward pass, loss, gradients, and the update of the weights."""
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(data)
        with tf.GradientTape() as tape:
            outputs = self(x, training=True)
            loss = self.compute_loss(x, y, outputs, sample_weight)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
        return self.update_metrics(loss, x, y, outputs, sample_weight)

    def test_step(self, data: Any) -> Any:
        """Measure a batch: no gradients, no dropout, and batch normalization by its moving averages."""
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(data)
        outputs = self(x, training=False)
        loss = self.compute_loss(x, y, outputs, sample_weight)
        return self.update_metrics(loss, x, y, outputs, sample_weight)

    def update_metrics(self, loss: Any, x: Any, y: Any, outputs: Any, sample_weight: Any = None) -> Any:
        """Add a batch to the loss and the metrics; `fit` resets them before each epoch."""
        examples = tf.shape(tf.nest.flatten(x)[0])[0]
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=examples)
        return self.compute_metrics(x, y, outputs, sample_weight)

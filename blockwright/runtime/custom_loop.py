"""Training from scratch: what Keras's `fit` does, written out step by step, with `tf.GradientTape`.

The text of these classes stands in generated files, without what a file does not need (see `codegen/loops`).
"""

from collections.abc import Iterable, Mapping
from typing import Any

import keras
import tensorflow as tf

from blockwright.runtime.output_loss import OutputLoss


class CustomLoop:
    """Trains a model from scratch: the loop over epochs and batches, and what happens in each."""

    def __init__(
        self, model: Any, optimizer: Any, loss_function: Any, metrics: Any, loss_weight: Any = 1.0
    ) -> None:
        model.optimizer = optimizer
        self.model = model
        self.optimizer = optimizer
        self.loss_function = loss_function
        self.loss_weight = loss_weight
        self.metrics = metrics
        self.mean_loss = keras.metrics.Mean("loss")
        optimizer.build(model.trainable_variables)

    def compile_steps(self, batch_spec: Any) -> None:
        """What `@tf.function` does: make graphs of both steps, here of one signature for batches of any size."""
        self.train_step = tf.function(self.train_step, input_signature=batch_spec)  # type: ignore[method-assign]
        self.test_step = tf.function(self.test_step, input_signature=batch_spec)  # type: ignore[method-assign]

    def compute_loss(self, y: Any, outputs: Any, sample_weight: Any = None) -> Any:
        """The loss to minimize."""
        loss = self.loss_weight * self.loss_function(y, outputs, sample_weight)
        return loss + sum(tf.cast(penalty, loss.dtype) for penalty in self.model.losses)

    def train_step(self, x: Any, y: Any, sample_weight: Any = None) -> Any:
        """Train on a batch: forward pass, loss, gradients, and the update of the weights."""
        with tf.GradientTape() as tape:
            outputs = self.model(x, training=True)
            loss = self.compute_loss(y, outputs, sample_weight)
        gradients = tape.gradient(loss, self.model.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.model.trainable_variables, strict=True))
        return self.update_metrics(loss, y, outputs, sample_weight)

    def test_step(self, x: Any, y: Any, sample_weight: Any = None) -> Any:
        """Measure a batch: no gradients, no dropout, and batch normalization by its moving averages."""
        outputs = self.model(x, training=False)
        loss = self.compute_loss(y, outputs, sample_weight)
        return self.update_metrics(loss, y, outputs, sample_weight)

    def all_metrics(self) -> dict[str, Any]:
        """The mean loss and the metrics, by the names that they are reported by."""
        return {metric.name: metric for metric in (self.mean_loss, *self.metrics)}

    def update_metrics(self, loss: Any, y: Any, outputs: Any, sample_weight: Any = None) -> Any:
        """Add a batch to the metrics; returns their values since they were reset."""
        self.mean_loss.update_state(loss, sample_weight=tf.shape(y)[0])
        for metric in self.metrics:
            metric.update_state(y, outputs)
        return {name: metric.result() for name, metric in self.all_metrics().items()}

    def reset_metrics(self) -> None:
        """Begin the metrics again: without this, an epoch would be averaged with all epochs before it."""
        for metric in self.all_metrics().values():
            metric.reset_state()

    def evaluate(self, data: Any, callbacks: Any) -> dict[str, float]:
        """The loss and the metrics on some data."""
        self.reset_metrics()
        callbacks.on_test_begin()
        logs: Mapping[str, Any] = {}
        for batch, examples in enumerate(data):
            callbacks.on_test_batch_begin(batch)
            logs = self.test_step(*examples)
            callbacks.on_test_batch_end(batch, logs)
        values = {name: float(value) for name, value in logs.items()}
        callbacks.on_test_end(values)
        return values

    def train(self, train_data: Any, validation_data: Any, epochs: Iterable[int], callbacks: Any) -> None:
        """Train for some epochs, calling a list of callbacks as `fit` does."""
        self.model.stop_training = False
        callbacks.on_train_begin()
        values: dict[str, float] = {}
        for epoch in epochs:
            self.reset_metrics()
            callbacks.on_epoch_begin(epoch)
            logs: Mapping[str, Any] = {}
            for batch, examples in enumerate(train_data):
                callbacks.on_train_batch_begin(batch)
                logs = self.train_step(*examples)
                callbacks.on_train_batch_end(batch, logs)
                if self.model.stop_training:
                    break
            values = {name: float(value) for name, value in logs.items()}
            if validation_data is not None:
                validated = self.evaluate(validation_data, callbacks)
                values |= {f"val_{name}": value for name, value in validated.items()}
            callbacks.on_epoch_end(epoch, values)
            if self.model.stop_training:
                break
        self.optimizer.finalize_variable_values(self.model.trainable_variables)
        callbacks.on_train_end(values)


class CustomLoopOfSeveral(CustomLoop):
    """The same for several outputs: targets, outputs, losses and metrics are dictionaries by their names."""

    def __init__(
        self, model: Any, optimizer: Any, loss_function: Any, metrics: Any, loss_weight: Any
    ) -> None:
        model.optimizer = optimizer
        self.model = model
        self.optimizer = optimizer
        self.loss_function = loss_function
        self.loss_weight = loss_weight
        self.metrics = metrics
        self.mean_loss = keras.metrics.Mean("loss")
        self.mean_losses = {name: OutputLoss(loss) for name, loss in loss_function.items()}
        optimizer.build(model.trainable_variables)

    def compute_loss(self, y: Any, outputs: Any, sample_weight: Any = None) -> Any:
        """The loss to minimize: the sum of the losses of all outputs, each by its weight."""
        if sample_weight is None:
            sample_weight = dict.fromkeys(outputs)
        loss = sum(
            self.loss_weight[name] * self.loss_function[name](y[name], outputs[name], sample_weight[name])
            for name in outputs
        )
        return loss + sum(tf.cast(penalty, loss.dtype) for penalty in self.model.losses)

    def all_metrics(self) -> dict[str, Any]:
        """The mean losses and the metrics, by the names that they are reported by."""
        return {"loss": self.mean_loss} | {
            f"{name}_{metric.name}": metric
            for name, metrics in self.metrics.items()
            for metric in (self.mean_losses[name], *metrics)
        }

    def update_metrics(self, loss: Any, y: Any, outputs: Any, sample_weight: Any = None) -> Any:
        """Add a batch to the metrics; returns their values since they were reset."""
        if sample_weight is None:
            sample_weight = dict.fromkeys(outputs)
        for name in outputs:
            self.mean_losses[name].update_state(y[name], outputs[name], sample_weight[name])
            for metric in self.metrics[name]:
                metric.update_state(y[name], outputs[name])
        self.mean_loss.update_state(loss, sample_weight=tf.shape(outputs[name])[0])
        return {name: metric.result() for name, metric in self.all_metrics().items()}

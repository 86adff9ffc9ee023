"""Callbacks that print and write the values of every batch, for any training loop."""

from typing import Any

import keras
import tensorflow as tf


class PrintEvery(keras.callbacks.Callback):
    """Prints the loss and the metrics of the epoch so far every few batches."""

    def __init__(self, batches: int, write: Any = print) -> None:
        super().__init__()
        self.batches = batches
        self.write = write

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.epoch = epoch + 1

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if (batch + 1) % self.batches == 0:
            values = ", ".join(f"{name} {float(value):.4f}" for name, value in logs.items())
            self.write(f"Epoch {self.epoch}, batch {batch + 1}: {values}")


class BatchScalars(keras.callbacks.Callback):
    """Writes the values of every batch for `tensorboard --logdir logs`, without needing the tensorboard package."""

    def on_train_begin(self, logs: Any = None) -> None:
        self.writer = tf.summary.create_file_writer("logs")
        self.step = 0

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        metadata = tf.compat.v1.SummaryMetadata()
        metadata.plugin_data.plugin_name = "scalars"
        with self.writer.as_default():
            for name, value in logs.items():
                tf.summary.write(f"batch {name}", tf.cast(value, tf.float32), self.step, metadata)
        self.step += 1

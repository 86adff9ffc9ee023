"""Event files for TensorBoard, for any training loop. The text of the class stands in generated files."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf


class TensorBoardLog(keras.callbacks.Callback):
    """Writes what `tensorboard --logdir` shows, without the tensorboard package."""

    def __init__(self, log_dir: str, update_freq: str = "epoch", histogram_freq: int = 1) -> None:
        super().__init__()
        self.log_dir = log_dir
        self.update_freq = update_freq
        self.histogram_freq = histogram_freq

    def on_train_begin(self, logs: Any = None) -> None:
        self.training = tf.summary.create_file_writer(f"{self.log_dir}/train")
        self.validation = tf.summary.create_file_writer(f"{self.log_dir}/validation")
        self.step = 0

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if self.update_freq == "batch":
            for name, value in logs.items():
                self.write(self.training, "scalars", f"batch_{name}", tf.cast(value, tf.float32), self.step)
        self.step += 1

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        for name, value in logs.items():
            writer = self.validation if name.startswith("val_") else self.training
            tag = f"epoch_{name.removeprefix('val_')}"
            self.write(writer, "scalars", tag, tf.cast(value, tf.float32), epoch)
        if self.histogram_freq and epoch % self.histogram_freq == 0:
            for variable in self.model.weights:
                self.write(self.training, "histograms", variable.path, self.histogram(variable), epoch)
        self.training.flush()
        self.validation.flush()

    def on_train_end(self, logs: Any = None) -> None:
        self.training.close()
        self.validation.close()

    def histogram(self, variable: Any) -> Any:
        """Rows of a bin's lower edge, upper edge and count."""
        values = np.asarray(variable, "float64").ravel()
        values = values[np.isfinite(values)]
        # NumPy's range around equal values is too narrow for large ones.
        scale = max(1.0, np.abs(values).max(initial=0.0))
        counts, edges = np.histogram(values / scale, bins=30)
        return tf.constant(np.stack([edges[:-1] * scale, edges[1:] * scale, counts], axis=1), tf.float64)

    def write(self, writer: Any, kind: str, tag: str, value: Any, step: int) -> None:
        """What `tf.summary.scalar` and `tf.summary.histogram` write."""
        metadata = tf.compat.v1.SummaryMetadata()
        metadata.plugin_data.plugin_name = kind
        with writer.as_default():
            tf.summary.write(tag, value, step, metadata)

"""Event files for TensorBoard, for any training loop. The text of the class stands in generated files."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf


class TensorBoardLog(keras.callbacks.Callback):
    """Writes what `tensorboard --logdir` shows, without the tensorboard package."""

    def __init__(
        self,
        log_dir: str,
        examples: Any,
        compute_loss: Any = None,
        update_freq: str = "epoch",
        histogram_freq: int = 1,
    ) -> None:
        """`examples` is a batch: its images and the graph are written, and the gradients of its loss."""
        super().__init__()
        self.log_dir = log_dir
        self.x, *self.targets = examples
        self.compute_loss = compute_loss
        self.update_freq = update_freq
        self.histogram_freq = histogram_freq

    def on_train_begin(self, logs: Any = None) -> None:
        self.training = tf.summary.create_file_writer(f"{self.log_dir}/train")
        self.validation = tf.summary.create_file_writer(f"{self.log_dir}/validation")
        self.step = 0
        with self.training.as_default():
            tf.summary.graph(tf.function(self.model).get_concrete_function(self.x, training=False).graph)
        for name, values in self.x.items() if isinstance(self.x, dict) else [("input", self.x)]:
            if values.shape.rank == 4 and values.shape[-1] in (1, 3, 4):
                self.write(self.training, "images", name, self.images(values[:8]), 0)

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
            for path, gradient in self.gradients():
                self.write(self.training, "histograms", f"gradients/{path}", self.histogram(gradient), epoch)
        self.training.flush()
        self.validation.flush()

    def on_train_end(self, logs: Any = None) -> None:
        self.training.close()
        self.validation.close()

    def gradients(self) -> Any:
        """Path and gradient of each trained weight, for one batch and as in inference, so that nothing changes."""
        variables = [variable.value for variable in self.model.trainable_weights]
        with tf.GradientTape() as tape:
            outputs = self.model(self.x, training=False)
            if self.compute_loss is None:
                y, *weights = self.targets
                loss = self.model.compute_loss(self.x, y, outputs, *weights, training=False)
            else:
                loss = self.compute_loss(self.targets[0], outputs, *self.targets[1:])
        for variable, gradient in zip(
            self.model.trainable_weights, tape.gradient(loss, variables), strict=True
        ):
            if gradient is not None:
                yield variable.path, tf.convert_to_tensor(gradient)

    def histogram(self, variable: Any) -> Any:
        """Rows of a bin's lower edge, upper edge and count."""
        values = np.asarray(variable, "float64").ravel()
        values = values[np.isfinite(values)]
        # NumPy's range around equal values is too narrow for large ones.
        scale = max(1.0, np.abs(values).max(initial=0.0))
        counts, edges = np.histogram(values / scale, bins=30)
        return tf.constant(np.stack([edges[:-1] * scale, edges[1:] * scale, counts], axis=1), tf.float64)

    def images(self, values: Any) -> Any:
        """Width and height, then each image as a PNG file, its values between their least and largest."""
        values = tf.cast(values, tf.float32)
        low, high = tf.reduce_min(values), tf.reduce_max(values)
        pixels = tf.cast((values - low) / tf.maximum(high - low, 1e-9) * 255, tf.uint8)
        size = [str(pixels.shape[2]), str(pixels.shape[1])]
        return tf.constant(size + [tf.io.encode_png(image).numpy() for image in pixels])

    def write(self, writer: Any, kind: str, tag: str, value: Any, step: int) -> None:
        """What `tf.summary.scalar`, `tf.summary.histogram` and `tf.summary.image` write."""
        metadata = tf.compat.v1.SummaryMetadata()
        metadata.plugin_data.plugin_name = kind
        with writer.as_default():
            tf.summary.write(tag, value, step, metadata)

"""Digits, trained on Digits.

Needs tensorflow, scikit-learn and matplotlib.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras import layers
from sklearn.datasets import load_digits
from sklearn.metrics import ConfusionMatrixDisplay, classification_report

SEED = 0
EPOCHS = 5
BATCH_SIZE = 32
LEARNING_RATE = 0.001
VALIDATION_SHARE = 0.1
SCALE = 1 / 255
CLASS_NAMES = [str(number) for number in range(10)]


@keras.saving.register_keras_serializable()
class BatchNormalization(layers.BatchNormalization):
    """Keras's batch normalization on TensorFlow's fused kernel: the same, but faster."""

    def call(self, inputs, training=None, mask=None):
        if mask is not None or len(inputs.shape) != 4:
            return super().call(inputs, training=training, mask=mask)
        training = bool(training) and self.trainable
        mean = tf.convert_to_tensor(self.moving_mean)
        variance = tf.convert_to_tensor(self.moving_variance)
        empty = tf.zeros([0])
        outputs, batch_mean, batch_variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=inputs,
            scale=tf.convert_to_tensor(self.gamma),
            offset=tf.convert_to_tensor(self.beta),
            mean=empty if training else mean,
            variance=empty if training else variance,
            epsilon=self.epsilon,
            is_training=training,
        )
        if training:
            # The kernel gives the unbiased variance; Keras averages the plain one.
            count = tf.cast(tf.size(inputs) // tf.shape(inputs)[-1], tf.float32)
            batch_variance *= (count - 1.0) / count
            kept, new = self.momentum, 1.0 - self.momentum
            self.moving_mean.assign(mean * kept + batch_mean * new)
            self.moving_variance.assign(variance * kept + batch_variance * new)
        return outputs


@keras.saving.register_keras_serializable()
class ConvBlock(layers.Layer):
    """A convolution, batch normalization and ReLU: the brick that most image networks
    are made of.
    """

    def __init__(self, filters, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters
        self.conv = layers.Conv2D(filters, 3, padding="same")
        self.norm = BatchNormalization(momentum=0.9)
        self.relu = layers.ReLU()

    def call(self, inputs):
        x = self.conv(inputs)
        x = self.norm(x)
        return self.relu(x)

    def get_config(self):
        return {**super().get_config(), "filters": self.filters}


@keras.saving.register_keras_serializable()
class Digits(keras.Model):
    """Digits, for inputs of 8 x 8 x 1."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.stem = ConvBlock(4, name="stem")
        self.pool = layers.GlobalAveragePooling2D(name="pool")
        self.head = layers.Dense(10, activation="softmax", name="head")

    def call(self, inputs, training=None):
        x = self.stem(inputs)
        x = self.pool(x)
        return self.head(x)

    def build_graph(self):
        """The same layers as a functional model, for `summary` and `plot_model`."""
        inputs = keras.Input((8, 8, 1), name="image")
        return keras.Model(inputs, self.call(inputs), name="digits")


def split(labels, size, seed):
    """Positions of the examples that stay, and of `size` ones of all classes that go."""
    order = np.random.default_rng(seed).permutation(len(labels))
    classes, counts = np.unique(labels, return_counts=True)
    share = counts * (size / len(labels))
    taken = np.minimum(np.floor(share).astype(int), counts - 1)
    by_remainder = np.argsort(-(share - taken), kind="stable")
    while taken.sum() < size:
        free = [one for one in by_remainder if taken[one] < counts[one] - 1]
        if not free:  # too few examples for every class to have its share
            return np.sort(order[size:]), np.sort(order[:size])
        taken[free[: size - taken.sum()]] += 1
    shuffled = labels[order]
    chosen = [
        order[np.flatnonzero(shuffled == one)[:count]]
        for one, count in zip(classes, taken, strict=True)
    ]
    gone = np.zeros(len(labels), dtype=bool)
    gone[np.concatenate(chosen)] = True
    return np.flatnonzero(~gone), np.flatnonzero(gone)


def load_data():
    """1,797 handwritten digits of 8 x 8 pixels; 297 of them are for the test."""
    digits = load_digits()
    images = np.rint(digits.images * (255 / 16)).astype("uint8")[..., None]
    rest, test = split(digits.target, 297, seed=1797)
    return images[rest], digits.target[rest], images[test], digits.target[test]


def batches(x, y, shuffle=False):
    """Batches of float32 inputs with their labels; shuffled anew in every epoch."""
    dataset = tf.data.Dataset.from_tensor_slices((x, y))
    if shuffle:
        dataset = dataset.shuffle(len(x), seed=SEED)
    dataset = dataset.batch(BATCH_SIZE)
    dataset = dataset.map(
        lambda images, labels: (tf.cast(images, tf.float32) * SCALE, labels)
    )
    options = tf.data.Options()
    options.autotune.enabled = False  # its thread would hold up short epochs
    return dataset.prefetch(2).with_options(options)


def plot_history(history):
    """Draw loss and accuracy of every epoch."""
    _, axes = plt.subplots(1, 2, figsize=(10, 4))
    for axis, name in zip(axes, ("loss", "accuracy"), strict=True):
        axis.plot(history[name], label="training")
        axis.plot(history[f"val_{name}"], label="validation")
        axis.set(title=name.capitalize(), xlabel="epoch")
        axis.legend()
    plt.savefig("learning_curves.png")


def evaluate(model, test_data, y_test):
    """Report on every class of the test part and draw the confusion matrix."""
    outputs = model.predict(test_data, verbose=0)
    predicted = outputs.argmax(axis=1)
    print(f"Test accuracy: {np.mean(predicted == y_test):.4f}")
    numbers = range(len(CLASS_NAMES))
    report = classification_report(
        y_test, predicted, labels=numbers, target_names=CLASS_NAMES, zero_division=0
    )
    print(report)
    ConfusionMatrixDisplay.from_predictions(
        y_test,
        predicted,
        labels=numbers,
        display_labels=CLASS_NAMES,
        xticks_rotation="vertical",
    )
    plt.savefig("confusion_matrix.png", bbox_inches="tight")
    return outputs


def main():
    keras.utils.set_random_seed(SEED)
    model = Digits()
    model.build_graph().summary()

    x_train, y_train, x_test, y_test = load_data()
    training, validation = split(y_train, round(len(y_train) * VALIDATION_SHARE), SEED)
    train_data = batches(x_train[training], y_train[training], shuffle=True)
    validation_data = batches(x_train[validation], y_train[validation])
    test_data = batches(x_test, y_test)

    model.compile(
        optimizer=keras.optimizers.Adam(LEARNING_RATE),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    history = model.fit(
        train_data.repeat(),
        steps_per_epoch=len(train_data),
        validation_data=validation_data,
        epochs=EPOCHS,
    )
    plot_history(history.history)

    model.evaluate(test_data)
    outputs = evaluate(model, test_data, y_test)

    model.save("digits.keras")
    restored = keras.models.load_model("digits.keras")
    difference = np.abs(restored.predict(test_data, verbose=0) - outputs).max()
    print(f"Saved and loaded again: the outputs differ by {difference:.1e} at most.")


if __name__ == "__main__":
    main()


# The design of this network; Blockwright restores it from these lines.
# {"design": {
#   "format": 1,
#   "name": "Digits",
#   "inputs": [{"id": "image", "shape": [8, 8, 1], "at": [0, 10]}],
#   "nodes": [
#     {"id": "stem", "block": "ConvBlock", "params": {"filters": 4}, "at": [0, 120]},
#     {"id": "pool", "block": "GlobalAveragePooling2D"},
#     {"id": "head", "block": "Dense", "params": {"units": 10, "activation": "softmax"}}
#   ]
# }, "settings": {
#   "optimizer": "adam", "learning_rate": 0.001, "momentum": 0.9,
#   "weight_decay": 0.004, "loss": "auto", "batch_size": 32, "epochs": 5,
#   "validation_share": 0.1, "seed": 0, "precision": "auto", "loop": "fit",
#   "scaling": "auto", "data": {"name": "digits"}, "live": true
# }}

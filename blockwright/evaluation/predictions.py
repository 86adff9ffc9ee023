"""What a trained network says about examples."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Predictions:
    """Answers of a network to examples.

    `probabilities` is `(examples, classes)`, float32; `true` and `predicted` are class numbers, `(examples,)`;
    `confidence` is the probability of what was predicted.
    """

    probabilities: np.ndarray
    true: np.ndarray

    @property
    def predicted(self) -> np.ndarray:
        """The class with the greatest probability."""
        return np.argmax(self.probabilities, axis=1).astype(np.int32)

    @property
    def confidence(self) -> np.ndarray:
        """The greatest probability."""
        return np.max(self.probabilities, axis=1)


def collect_outputs(
    model: Any, dataset: Any, loss: Callable[[Any, Any], Any], on_batch: Callable[[], None]
) -> tuple[np.ndarray, float]:
    """The raw outputs of a Keras model over a `tf.data` set of `(examples, labels)`, and its mean loss.

    The outputs are float32 `(examples, units)`. The loss is computed in the same graph as the outputs, where Keras
    finds the scores below a softmax: from the probabilities alone a loss above 16 could not be told. `on_batch` is
    called after each batch, and may raise to end it.
    """
    import tensorflow as tf

    @tf.function(input_signature=dataset.element_spec)
    def forward(examples, labels):
        outputs = model(examples, training=False)
        return tf.cast(outputs, tf.float32), tf.reduce_mean(loss(labels, outputs))

    collected, total, count = [], 0.0, 0
    for examples, labels in dataset:
        outputs, mean = forward(examples, labels)
        collected.append(outputs.numpy())
        total += float(mean) * len(collected[-1])
        count += len(collected[-1])
        on_batch()
    return np.concatenate(collected), total / count


def to_probabilities(outputs: np.ndarray, values: str) -> np.ndarray:
    """Class probabilities from raw outputs, `(examples, classes)`, float32.

    Args:
        outputs: `(examples, units)`; one unit stands for the second of two classes.
        values: `probabilities` are taken as they are, `scores` go through softmax (one unit: sigmoid), `shares` are
            probabilities of each class on its own and are taken as they are.
    """
    outputs = outputs.astype(np.float32)
    if outputs.shape[1] == 1:
        second = _sigmoid(outputs) if values == "scores" else outputs
        return np.concatenate([1 - second, second], axis=1)
    if values != "scores":
        return outputs
    raised = np.exp(outputs - outputs.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def _sigmoid(values: np.ndarray) -> np.ndarray:
    return np.exp(-np.logaddexp(np.float32(0), -values))

"""What a trained network says about examples."""

from collections.abc import Callable, Sequence
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


def collect(
    model: Any, dataset: Any, losses: Sequence[Callable[[Any, Any], Any]], on_batch: Callable[[], None]
) -> tuple[list[np.ndarray], list[float]]:
    """The raw values of each output of a Keras model over a `tf.data` set of `(examples, targets)`, and its mean loss.

    The values are float32 `(examples, …)`. A loss is computed in the same graph as the outputs, where Keras finds the
    scores below a softmax: from the probabilities alone a loss above 16 could not be told. `on_batch` is called after
    each batch, and may raise to end it.
    """
    import tensorflow as tf

    @tf.function(input_signature=dataset.element_spec)
    def forward(examples, targets):
        given = model(examples, training=False)
        outputs = given if isinstance(given, list | tuple) else [given]
        wanted = targets if isinstance(targets, list | tuple) else [targets]
        means = [
            tf.reduce_mean(loss(one, output))
            for loss, one, output in zip(losses, wanted, outputs, strict=True)
        ]
        return [tf.cast(output, tf.float32) for output in outputs], means

    collected: list[list[np.ndarray]] = [[] for _ in losses]
    totals, count = [0.0] * len(losses), 0
    for examples, targets in dataset:
        outputs, means = forward(examples, targets)
        for place, (output, mean) in enumerate(zip(outputs, means, strict=True)):
            collected[place].append(output.numpy())
            totals[place] += float(mean) * len(collected[place][-1])
        count += len(collected[0][-1])
        on_batch()
    return [np.concatenate(parts) for parts in collected], [total / count for total in totals]


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


def to_shares(outputs: np.ndarray, scores: bool) -> np.ndarray:
    """The probability of each tag, float32, from raw outputs: scores go through the sigmoid."""
    outputs = outputs.astype(np.float32)
    return _sigmoid(outputs) if scores else outputs


def _sigmoid(values: np.ndarray) -> np.ndarray:
    return np.exp(-np.logaddexp(np.float32(0), -values))

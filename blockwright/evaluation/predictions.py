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

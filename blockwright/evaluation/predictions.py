"""The raw outputs of a trained network, and the probabilities that they stand for."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np


def collect(
    model: Any, dataset: Any, losses: Sequence[Callable[[Any, Any], Any]], on_batch: Callable[[], None]
) -> tuple[list[np.ndarray], list[float]]:
    """The raw values of each output of a Keras model over a `tf.data` set of `(examples, targets)`, and its mean loss.

    The values are float32 `(examples, …)`. A loss is computed in the same graph as the outputs, where Keras finds the
    scores below a softmax: from the probabilities alone a loss above 16 could not be computed. `on_batch` is called
    after each batch, and may raise to end it.
    """
    import tensorflow as tf

    @tf.function(input_signature=dataset.element_spec)
    def forward(examples, targets):
        outputs = _as_list(model(examples, training=False))
        means = [
            tf.reduce_mean(loss(target, output))
            for loss, target, output in zip(losses, _as_list(targets), outputs, strict=True)
        ]
        return [tf.cast(output, tf.float32) for output in outputs], means

    collected: list[list[np.ndarray]] = [[] for _ in losses]
    totals, count = [0.0] * len(losses), 0
    for examples, targets in dataset:
        outputs, means = forward(examples, targets)
        for index, (output, mean) in enumerate(zip(outputs, means, strict=True)):
            collected[index].append(output.numpy())
            totals[index] += float(mean) * len(collected[index][-1])
        count += len(collected[0][-1])
        on_batch()
    return [np.concatenate(parts) for parts in collected], [total / count for total in totals]


def _as_list(values: Any) -> Sequence[Any]:
    return values if isinstance(values, list | tuple) else [values]

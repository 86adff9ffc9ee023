"""The raw outputs of a trained network for its test part, and its losses on it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class RawResults:
    """What a network gives for a test part.

    Attributes:
        outputs: the raw values of each output, float32 `(examples, …)`.
        losses: the mean loss of each output over the examples, not weighted.
        metrics: the values of the further metrics of each output, by their names.
        penalty: what its layers add to the loss, such as `ActivityRegularization`; 0 where none does.
    """

    outputs: list[np.ndarray]
    losses: list[float]
    metrics: list[dict[str, float]]
    penalty: float


def collect(
    model: Any,
    dataset: Any,
    losses: Sequence[Callable[[Any, Any, Any], Any]],
    on_batch: Callable[[], None],
    metrics: Sequence[Sequence[Any]] = (),
) -> RawResults:
    """The results of a Keras model over a `tf.data` set of `(examples, targets)`, or with the weights of the examples.

    A loss is computed in the same graph as the outputs, where Keras finds the scores below a softmax: from the
    probabilities alone a loss above 16 could not be computed. `on_batch` is called after each batch, and may raise to
    end it. `metrics` are further metrics of each output, as new objects of Keras.
    """
    import tensorflow as tf

    @tf.function(input_signature=dataset.element_spec)
    def forward(examples, targets, *weights):
        outputs = _as_list(model(examples, training=False))
        means = [
            tf.reduce_mean(loss(target, output, weight))
            for loss, target, output, weight in zip(
                losses,
                _as_list(targets),
                outputs,
                _as_list(weights[0]) if weights else [None] * len(losses),
                strict=True,
            )
        ]
        for measuring, target, output in zip(metrics, _as_list(targets), outputs, strict=bool(metrics)):
            for metric in measuring:
                metric.update_state(target, output)
        means.append(tf.add_n([tf.cast(penalty, tf.float32) for penalty in model.losses] or [tf.zeros(())]))
        return [tf.cast(output, tf.float32) for output in outputs], means

    # Traced once for its signature: a new function for every run would count as one that is traced again and again.
    forward = forward.get_concrete_function()
    collected: list[list[np.ndarray]] = [[] for _ in losses]
    totals, count = np.zeros(len(losses) + 1), 0
    for batch_data in dataset:
        outputs, means = forward(*batch_data)
        for parts, output in zip(collected, outputs, strict=True):
            parts.append(output.numpy())
        batch = len(collected[0][-1])
        totals += np.array([float(mean) for mean in means]) * batch
        count += batch
        on_batch()
    *means, penalty = (totals / count).tolist()
    values = [
        {metric.name: float(metric.result()) for metric in measuring}
        for measuring in metrics or [[]] * len(losses)
    ]
    return RawResults([np.concatenate(parts) for parts in collected], means, values, penalty)


def _as_list(values: Any) -> Sequence[Any]:
    return values if isinstance(values, list | tuple) else [values]

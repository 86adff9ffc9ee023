"""The metrics of an output as objects of Keras: that of its task, and those that were chosen."""

from typing import TYPE_CHECKING

from blockwright.recipe.metrics.metric import Metric
from blockwright.runs.events import MeasuredMetric
from blockwright.tasks.base import Objective
from blockwright.tasks.chosen_metrics import read_output

if TYPE_CHECKING:
    import keras


def keras_metrics(objective: Objective) -> list["keras.metrics.Metric"]:
    """New objects, that of the task first, for targets as `Task.shaped` gives them and the raw values of the output."""
    return [objective.task.keras_metric(objective), *chosen_metrics(objective)]


def chosen_metrics(objective: Objective) -> list["keras.metrics.Metric"]:
    """New objects of those that were chosen."""
    return [_keras_metric(metric, objective) for metric in objective.metrics]


def measured(objective: Objective) -> list[MeasuredMetric]:
    """What the event `started` says of them."""
    return [
        MeasuredMetric(name=metric.name, title=metric.label, is_share=metric.is_share, better=metric.better)
        for metric in objective.metrics
    ]


def _keras_metric(metric: Metric, objective: Objective) -> "keras.metrics.Metric":
    import tensorflow as tf

    from blockwright.runtime.metrics.of_probabilities import OfProbabilities

    of_keras: keras.metrics.Metric = metric.keras_object(
        **metric.output_arguments(objective.task.kind, objective.units)
    )
    read = read_output(metric, objective)
    if not read.direct:
        of_keras = OfProbabilities(of_keras, read.classes, read.activation)
    # Some make their variables with the first batch, for which TensorFlow would trace the training step twice.
    targets = (1,) if objective.task.kind == "classes" else (1, *objective.shape)
    of_keras.update_state(tf.zeros(targets), tf.zeros((1, *objective.shape)))
    of_keras.reset_state()
    return of_keras

"""The metrics that an output reports beside that of its task: which fit it, and in which form they read it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from blockwright.recipe.callbacks.callback import Mode
from blockwright.recipe.metrics import METRICS
from blockwright.recipe.metrics.metric import Metric
from blockwright.recipe.settings import Settings
from blockwright.schema.data.features import Target
from blockwright.tasks import task_of
from blockwright.tasks.base import Objective

Shape = Sequence[int | None]


class ReadOutput(NamedTuple):
    """What a metric is given of an output.

    Attributes:
        classes: the columns of the one-hot rows that class numbers become; None for targets that stay as they are.
        activation: what makes probabilities of its values; None for values that stay as they are.
        direct: whether the metric takes targets and values without any conversion.
    """

    classes: int | None
    activation: str | None
    direct: bool


def read_output(metric: Metric, objective: Objective, one_hot: bool = False) -> ReadOutput:
    """What a metric is given of an output; `one_hot` says that its targets are one-hot rows already."""
    kind, units = objective.task.kind, objective.units
    of_classes = kind == "classes"
    classes = None
    if of_classes and not (one_hot and units > 1):
        classes = units if units > 1 else (2 if metric.reads == "classes" else None)
    activation = None
    if objective.from_logits and not metric.takes_scores:
        activation = "softmax" if of_classes and units > 1 else "sigmoid"
    takes_one_hot = one_hot and units > 1 and metric.name != "binary_crossentropy"
    return ReadOutput(classes, activation, activation is None and (takes_one_hot or not of_classes))


def fitting(kind: str, shape: Shape) -> list[str]:
    """The names of the metrics that an output of a kind of task and of a shape can report."""
    task = task_of(kind)
    sizes = tuple(size or 0 for size in shape)
    return [name for name, metric in METRICS.items() if metric.fits(task.kind, sizes)]


def metrics_of(settings: Settings, output: str, target: Target, shape: Shape) -> tuple[Metric, ...]:
    """The metrics of an output: its own, or without any those of the run that fit it."""
    own = settings.output(output).metrics
    names = fitting(target.kind, shape)
    chosen = settings.metrics if own is None else own
    return tuple(metric for metric in chosen if metric.name in names)


def metric_problems(
    settings: Settings, targets: Mapping[str, Target], shapes: Mapping[str, Shape]
) -> list[tuple[str, str]]:
    """The metrics that fit no output that they are chosen for: the setting of each, and a sentence."""
    names = {output: fitting(targets[output].kind, shape) for output, shape in shapes.items()}
    problems = []
    for output, valid in names.items():
        for metric in settings.output(output).metrics or ():
            if metric.name not in valid:
                problems.append((f"outputs.{output}.metrics", _misfit(metric, [output], targets, valid)))
    following = [output for output in names if settings.output(output).metrics is None]
    for metric in settings.metrics if following else ():
        if not any(metric.name in names[output] for output in following):
            valid = list(dict.fromkeys(name for output in following for name in names[output]))
            problems.append(("metrics", _misfit(metric, following, targets, valid)))
    return problems


def _misfit(
    metric: Metric, outputs: Sequence[str], targets: Mapping[str, Target], valid: Sequence[str]
) -> str:
    learned = [f'"{output[:60]}" ({task_of(targets[output].kind).title.lower()})' for output in outputs[:8]]
    several = "the outputs " if len(learned) > 1 else "the output "
    return f"The metric {metric.name} does not fit {several}{', '.join(learned)}. Choose one of: {', '.join(valid)}."


def modes(metrics: Iterable[Metric]) -> dict[str, Mode]:
    """The names of metrics, and whether less or more of each is better."""
    return {metric.name: metric.better for metric in metrics}


def chosen_modes(objectives: Iterable[Objective]) -> dict[str, dict[str, Mode]]:
    """The chosen metrics of each output, as `monitors.monitors` takes them."""
    return {objective.output: modes(objective.metrics) for objective in objectives}

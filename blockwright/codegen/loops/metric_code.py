"""The chosen metrics of a generated file: the expressions that make them, and the classes that are not Keras's."""

from pkgutil import resolve_name

from blockwright.codegen.function_source import plain_source
from blockwright.codegen.task_code import task_code
from blockwright.codegen.training_plan import OutputData, TrainingPlan
from blockwright.recipe.metrics.metric import Metric
from blockwright.runtime.metrics.of_probabilities import OfProbabilities
from blockwright.tasks.chosen_metrics import ReadOutput, read_output

_REGISTERED = "@keras.saving.register_keras_serializable()\n"


def metric_expressions(output: OutputData) -> list[str]:
    """The expressions of the metrics that were chosen for an output."""
    return [_expression(metric, output) for metric in output.objective.metrics]


def metric_sources(plan: TrainingPlan) -> list[str]:
    """The classes of metrics that a file needs, each once."""
    chosen = [(metric, output) for output in plan.outputs for metric in output.objective.metrics]
    classes: list[type] = [resolve_name(metric.own_class) for metric, _ in chosen if metric.own_class]
    if not all(_read(metric, output).direct for metric, output in chosen):
        classes.append(OfProbabilities)
    return [_REGISTERED + plain_source(metric_class) for metric_class in dict.fromkeys(classes)]


def _expression(metric: Metric, output: OutputData) -> str:
    objective = output.objective
    arguments = metric.output_arguments(objective.task.kind, objective.units)
    text = metric.expression(**{name: repr(value) for name, value in arguments.items()})
    read = _read(metric, output)
    if read.direct:
        return text
    parts = [text]
    parts += [f"classes={read.classes}"] if read.classes is not None else []
    parts += [f'activation="{read.activation}"'] if read.activation is not None else []
    return f"OfProbabilities({', '.join(parts)})"


def _read(metric: Metric, output: OutputData) -> ReadOutput:
    return read_output(metric, output.objective, task_code(output).one_hot_units(output) is not None)

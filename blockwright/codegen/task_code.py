"""What generated code says of an output, for each task: its Keras metric and its report on the test part."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from blockwright.codegen.formatting import render
from blockwright.codegen.training_plan import OutputData, TrainingPlan
from blockwright.recipe.losses import LOSSES
from blockwright.tasks import family

_MANY_CLASSES = 20

_CLASSES = """
predicted = {{ predicted }}
print(f"Test accuracy{{ of }}: {np.mean(predicted == {{ y }}):.4f}")
numbers = range(len({{ names }}))
report = classification_report(
    {{ y }}, predicted, labels=numbers, target_names={{ names }}, zero_division=0
)
print(report)
ConfusionMatrixDisplay.from_predictions(
    {{ y }}, predicted, labels=numbers, display_labels={{ names }}, xticks_rotation="vertical"
    {%- if many %}, include_values=False{% endif %}
)
plt.savefig({{ file("confusion_matrix") }}, bbox_inches="tight")
"""

_TAGS = """
predicted = {{ outputs }} > {{ threshold }}
print(f"Test accuracy{{ of }}: {np.mean(predicted == ({{ y }} > 0.5)):.4f}")
print(classification_report({{ y }} > 0.5, predicted, target_names={{ names }}, zero_division=0))
"""

_NUMBERS = """
errors = {{ outputs }} - {{ y }}
print(f"Test mean absolute error{{ of }}: {np.abs(errors).mean():.4f}")
print(f"Test root mean squared error{{ of }}: {np.sqrt((errors**2).mean()):.4f}")
_, axis = plt.subplots()
axis.scatter({{ y }}, {{ outputs }}, s=8)
limits = [min({{ y }}.min(), {{ outputs }}.min()), max({{ y }}.max(), {{ outputs }}.max())]
axis.plot(limits, limits, color="grey")
axis.set(xlabel="true", ylabel="predicted")
plt.savefig({{ file("scatter") }}, bbox_inches="tight")
"""

_RECONSTRUCTIONS = """
print(f"Test mean absolute error{{ of }}: {np.abs({{ outputs }} - {{ y }}).mean():.4f}")
{% if pictures %}
_, axes = plt.subplots(2, 8, figsize=(12, 3))
for row, images in zip(axes, ({{ y }}, {{ outputs }}), strict=True):
    for axis, image in zip(row, images, strict=False):
        axis.imshow(np.clip(image, 0, 1).squeeze(), cmap="grey")
        axis.axis("off")
plt.savefig({{ file("reconstructions") }}, bbox_inches="tight")
{% endif %}
"""


@dataclass(frozen=True)
class Report:
    """A report as code.

    Attributes:
        function: what it is called where several outputs are reported on.
        about: what it does, as a docstring.
        template: its statements.
        values: what the template needs.
        factor: what the true values are multiplied by first, as the end of an expression.
    """

    function: str
    about: str
    template: str
    values: dict[str, object]
    factor: str = ""


class TaskCode(ABC):
    """The code of one task."""

    kind: ClassVar[str]

    @abstractmethod
    def metric_class(self, output: OutputData) -> str:
        """The Keras class of the metric."""

    def metric(self, output: OutputData) -> str:
        """The expression that makes the metric."""
        objective = output.objective
        keras_class = self.metric_class(output)
        threshold = keras_class == "BinaryAccuracy" and objective.from_logits
        return (
            f'keras.metrics.{keras_class}("{objective.metric.name}"{", threshold=0.0" if threshold else ""})'
        )

    def metric_argument(self, output: OutputData) -> str:
        """The metric as `compile` takes it: by its name where Keras finds the same by itself."""
        return f'"{output.objective.metric.name}"'

    def one_hot_units(self, output: OutputData) -> int | None:
        """The number of classes if the loss takes one-hot rows; None for targets that are used as they are."""
        return None

    @abstractmethod
    def report(self, output: OutputData) -> Report:
        """The report on the test part."""


class ClassificationCode(TaskCode):
    """The confusion matrix and the classification report."""

    kind = "classes"

    def metric_class(self, output: OutputData) -> str:
        if output.objective.units == 1:
            return "BinaryAccuracy"
        return "CategoricalAccuracy" if self.one_hot_units(output) else "SparseCategoricalAccuracy"

    def one_hot_units(self, output: OutputData) -> int | None:
        sparse = LOSSES[output.objective.loss].takes_class_numbers
        return None if sparse or output.objective.units == 1 else output.objective.units

    def metric_argument(self, output: OutputData) -> str:
        single_logit = output.objective.units == 1 and output.objective.from_logits
        return self.metric(output) if single_logit else super().metric_argument(output)

    def report(self, output: OutputData) -> Report:
        objective = output.objective
        many = len(objective.target.class_names) > _MANY_CLASSES
        name, predicted = "report_classes", "{{ outputs }}.argmax(axis=1)"
        if objective.units == 1:
            name = "report_two_classes"
            predicted = f'({{{{ outputs }}}}[:, 0] > {_threshold(output)}).astype("int64")'
        about = "Print the report on every class, draw the confusion matrix."
        return Report(name, about, _CLASSES, {"predicted": predicted, "many": many})


class MultiLabelCode(TaskCode):
    """The classification report of every tag."""

    kind = "tags"

    def metric_class(self, output: OutputData) -> str:
        return "BinaryAccuracy"

    def metric_argument(self, output: OutputData) -> str:
        return self.metric(output)

    def report(self, output: OutputData) -> Report:
        return Report(
            "report_tags", "Print the report on every tag.", _TAGS, {"threshold": _threshold(output)}
        )


class RegressionCode(TaskCode):
    """The errors, and predicted against true values."""

    kind = "number"

    def metric_class(self, output: OutputData) -> str:
        return "MeanAbsoluteError"

    def report(self, output: OutputData) -> Report:
        return Report("report_numbers", "Print the errors, draw predicted against true values.", _NUMBERS, {})


class ReconstructionCode(TaskCode):
    """The reconstruction error, and a few reconstructions."""

    kind = "reconstruction"

    def metric_class(self, output: OutputData) -> str:
        return "MeanAbsoluteError"

    def report(self, output: OutputData) -> Report:
        shape = output.objective.shape
        pictures = len(shape) == 3 and shape[2] in (1, 3)
        about = "Print the reconstruction error" + (", draw a few reconstructions." if pictures else ".")
        scaled = output.of is not None and output.of.is_bytes and output.of.scale == "bytes"
        return Report(
            "report_reconstructions",
            about,
            _RECONSTRUCTIONS,
            {"pictures": pictures},
            " * SCALE" if scaled else "",
        )


TASK_CODE = family([ClassificationCode(), RegressionCode(), MultiLabelCode(), ReconstructionCode()])


def task_code(output: OutputData) -> TaskCode:
    """The code of the task that an output is trained for."""
    return TASK_CODE[output.objective.task.kind]


def loss_object(output: OutputData) -> str:
    """The expression that makes the loss."""
    objective = output.objective
    loss = LOSSES[objective.loss](**objective.loss_arguments)
    arguments: dict[str, Any] = {"from_logits": True} if objective.loss_takes_logits else {}
    arguments |= {"label_smoothing": objective.label_smoothing} if objective.label_smoothing else {}
    arguments |= loss.output_arguments(objective.shape)
    return loss.expression(**{name: repr(value) for name, value in arguments.items()})


def loss_argument(output: OutputData) -> str:
    """The loss as `compile` takes it: by its name where that says all."""
    text = loss_object(output)
    by_name = text.endswith("()") and LOSSES[output.objective.loss].has_short_name
    return f'"{output.objective.loss}"' if by_name else text


def evaluation(plan: TrainingPlan) -> list[str]:
    """The functions that evaluate, `evaluate` the last: of a single output it holds the report itself."""
    if not plan.many_outputs:
        (output,) = plan.outputs
        report = task_code(output).report(output)
        values = {"outputs": "outputs", "y": "y_test", "of": "", "names": "CLASS_NAMES"}
        lines = _statements(report, values, lambda name: f'"{name}.png"')
        if report.factor:
            lines = f"y_test = y_test{report.factor}\n{lines}"
        return [_evaluate(report.about, lines)]
    functions: dict[str, str] = {}
    calls = []
    for output in plan.outputs:
        report = task_code(output).report(output)
        names = ", class_names" if output.objective.target.class_names else ""
        values = {"outputs": "outputs", "y": "y", "of": " of {name}", "names": "class_names"}
        body = _body(_statements(report, values, lambda file: f'f"{{name}}_{file}.png"'))
        name = report.function
        while name in functions and functions[name] != _function(name, report.about, names, body):
            name += (
                "_too"  # two outputs of one task are read in different ways, such as logits and probabilities
            )
        functions[name] = _function(name, report.about, names, body)
        true = f'y_test["{output.key}"]{report.factor}'
        listed = f', CLASS_NAMES["{output.key}"]' if names else ""
        calls.append(f'{name}("{output.key}", outputs["{output.key}"], {true}{listed})')
    return [*functions.values(), _evaluate("Report on every output.", "\n".join(calls))]


def _statements(report: Report, values: Mapping[str, object], file: object) -> str:
    inner = {
        name: render(text, **values) if isinstance(text, str) else text
        for name, text in report.values.items()
    }
    return render(report.template, **values, **inner, file=file).strip("\n")


def _body(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.splitlines())


def _function(name: str, about: str, names: str, body: str) -> str:
    return f'def {name}(name, outputs, y{names}):\n    """{about}"""\n{body}'


def _evaluate(about: str, lines: str) -> str:
    return (
        f'def evaluate(model, test_data, y_test):\n    """{about}"""\n'
        f"    outputs = model.predict(test_data, verbose=0)\n{_body(lines)}\n    return outputs"
    )


def _threshold(output: OutputData) -> str:
    return "0" if output.objective.from_logits else "0.5"

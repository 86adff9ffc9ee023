"""What every task is made of: what an output is trained for, how that is measured, and the task's own contract.

Plain when imported, so that both sides of the process boundary use it: Keras and NumPy are imported inside functions.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from blockwright.recipe.class_weight import ClassWeight
from blockwright.recipe.losses import AUTO, LOSSES, read_loss
from blockwright.recipe.metrics.metric import Metric as ChosenMetric
from blockwright.recipe.settings import Settings
from blockwright.schema.data.features import Target
from blockwright.schema.findings import DesignError, Finding
from blockwright.schema.rules import ChooseFix, no_fix
from blockwright.tasks.output_rules import CountedWords, NoHead, OutputRule, TaskOutput
from blockwright.tasks.output_spec import OutputSpec

if TYPE_CHECKING:
    import keras
    import numpy as np

MetricName = Literal["accuracy", "mae"]
TaskKind = Literal["classes", "number", "tags", "reconstruction"]


@dataclass(frozen=True)
class Metric:
    """What is reported of an output beside its loss.

    Attributes:
        name: its name in Keras, in events and in files.
        title: how the page calls it.
        label: the same in a word.
        is_share: whether it is a share from 0 to 1, shown as a percentage; else it has the unit of its target.
    """

    name: MetricName
    title: str
    label: str
    is_share: bool

    def text(self, value: float | None, unit: str = "") -> str:
        """A value in words: `93.4%`, `12.5 mg/dl`, `-` where there is none."""
        if value is None:
            return "-"
        if self.is_share:
            return f"{value:.1%}"
        return f"{value:.4g} {unit}".rstrip()


METRICS: dict[MetricName, Metric] = {
    "accuracy": Metric("accuracy", "Accuracy", "accuracy", is_share=True),
    "mae": Metric("mae", "Mean absolute error", "error", is_share=False),
}


@dataclass(frozen=True)
class Objective:
    """What one output is trained for.

    Attributes:
        output: the output's id, as the design writes it.
        target: what it learns.
        shape: the shape of what it outputs for one example, without batch.
        loss: the Keras name of its loss.
        loss_arguments: the arguments of that loss that were chosen.
        weight: how much that loss counts.
        activation: its last activation, by its Keras name.
        from_logits: whether its values are logits, which a softmax or sigmoid turns into probabilities.
        label_smoothing: how much of the true class is spread over all classes.
        low, high: the smallest and the largest value of its training targets, as they are trained on; 0 and 1 for
            classes and tags.
        task: the task of its target.
        class_weight: how much the examples of each class count, as the settings say it.
        metrics: what else is reported beside its loss.
        tells_loss: whether a loss is told that values are logits; else it takes them for probabilities.
        warnings: what is unusual about the output.
    """

    output: str
    target: Target
    shape: tuple[int, ...]
    loss: str
    weight: float
    activation: str
    from_logits: bool
    low: float
    high: float
    task: "Task"
    class_weight: ClassWeight = None
    tells_loss: bool = True
    warnings: tuple[str, ...] = ()
    label_smoothing: float = 0.0
    metrics: tuple[ChosenMetric, ...] = ()
    loss_arguments: Mapping[str, Any] = field(default_factory=dict)

    @property
    def units(self) -> int:
        """How many values an example has."""
        return math.prod(self.shape)

    @property
    def metric(self) -> Metric:
        """What is reported beside its loss."""
        return self.task.metric

    @property
    def loss_takes_logits(self) -> bool:
        """Whether its loss is computed from logits (`from_logits=True` in Keras)."""
        return self.from_logits and self.tells_loss and LOSSES[self.loss].takes_logits

    @property
    def mistakes_logits(self) -> bool:
        """Whether its loss takes logits for probabilities."""
        return self.from_logits and not self.tells_loss and LOSSES[self.loss].takes_logits


class Task(ABC):
    """One way to learn a target: which outputs and losses fit it, how it is measured and how its values are read.

    A task is one module and one member of `tasks.TASKS`. Rooms above attach what they know of it (a report, a chart, a
    piece of generated code) by its `kind`, in a registry of their own made by `tasks.family`.

    Attributes:
        kind: what targets, events and files call it.
        title: how people call it.
        output_title: what an output of it gives, in a few words.
        choice_title: how a form offers it for a column or for labels; empty where data cannot ask for it.
        losses: the losses that fit.
        loss_reason: which of them is usual, and why, as a sentence.
        metric: what is reported beside the loss.
        activation: the usual last activation of an output.
        is_input: whether the target is one of the features that the network reads, so that it needs no labels.
        stratifies: whether a split keeps the share of each of its values in both parts.
        takes_more_units: whether an output may have more values than the target needs.
        shape_rules: what the shape of an output must fulfil; the others are asked where it does.
        value_rules: what its units, activation, loss and values must fulfil.
    """

    kind: ClassVar[TaskKind]
    title: ClassVar[str]
    output_title: ClassVar[str]
    choice_title: ClassVar[str] = ""
    losses: ClassVar[tuple[str, ...]]
    loss_reason: ClassVar[str]
    metric: ClassVar[Metric]
    activation: ClassVar[str]
    is_input: ClassVar[bool] = False
    stratifies: ClassVar[bool] = False
    takes_more_units: ClassVar[bool] = False
    shape_rules: ClassVar[tuple[OutputRule, ...]] = (CountedWords(), NoHead())
    value_rules: ClassVar[tuple[OutputRule, ...]]

    def units(self, target: Target) -> int:
        """How many units the last layer needs for a target."""
        return target.units

    @abstractmethod
    def needs(self, target: Target) -> str:
        """What a target is, as the end of a sentence: `the target "price" is one number`."""

    @abstractmethod
    def describe(self, target: Target) -> str:
        """What an output gives for a target, in a few words: `one of 10 classes`."""

    @abstractmethod
    def values_text(self, target: str) -> str:
        """What the values of an output are, for a target of that name: `a value for each class of color`."""

    def activation_of(self, units: int) -> str:
        """The usual last activation of an output of so many values."""
        return self.activation

    def instead_of_softmax(self, target: Target) -> str:
        """What an output of a single value ends in rather than softmax, as a sentence."""
        return f'For "{target.name}" remove its activation.'

    def check(self, spec: OutputSpec, choose_fix: ChooseFix = no_fix) -> Iterator[Finding]:
        """What keeps an output from learning its target, or is unusual, as findings; the most basic problem first.

        Needs no data; with `spec.value_range` what depends on the values is checked as well.
        """
        output = TaskOutput(self, spec)
        for rule in self.shape_rules:
            findings = rule.findings(output, choose_fix)
            if findings:
                yield from findings
                return
        for rule in self.value_rules:
            yield from rule.findings(output, choose_fix)

    def fits_units(self, target: Target, units: int) -> bool:
        """Whether an output of so many values can learn a target."""
        return units == self.units(target)

    def loss_problem(self, spec: OutputSpec) -> str | None:
        """Why the loss of the settings does not fit the target and the output, as a sentence; None where it does."""
        if spec.loss_name in (AUTO, *self.losses):
            return self._values_problem(spec) or self._smoothing_problem(spec)
        return (
            f"The loss {spec.loss_name} does not fit {spec.name}: {self.needs(spec.target)}. Choose auto or one of: "
            f"{', '.join(self.losses)}."
        )

    def _values_problem(self, spec: OutputSpec) -> str | None:
        loss = LOSSES.get(spec.loss_name)
        if loss is None:
            return None
        if loss.needs_several and spec.units == 1:
            return (
                f"The loss {spec.loss_name} needs several values for each example, but {spec.name} outputs one. Choose "
                f"{self.default_loss(spec)}."
            )
        if loss.needs_probabilities and (
            self.from_logits(spec.activation) or spec.activation not in ("softmax", "sigmoid")
        ):
            return (
                f"The loss {spec.loss_name} needs probabilities, but {spec.name} ends in {spec.activation}. Set its "
                f"activation to {'sigmoid' if self.activation == 'linear' else self.activation_of(spec.units)}, or "
                f"choose {self.default_loss(spec)}."
            )
        return None

    def _smoothing_problem(self, spec: OutputSpec) -> str | None:
        loss = self.default_loss(spec) if spec.loss == AUTO else spec.loss_name
        if not spec.label_smoothing or LOSSES[loss].smooths_labels:
            return None
        smoothing = [name for name in self.losses if LOSSES[name].smooths_labels]
        choice = f"Choose the loss {' or '.join(smoothing)}, or set" if smoothing else "Set"
        return (
            f"The loss {loss} of {spec.name} has no label smoothing. {choice} the label smoothing of this output to 0. "
            f"Received: label_smoothing={spec.label_smoothing:g}."
        )

    @abstractmethod
    def default_loss(self, spec: OutputSpec) -> str:
        """The loss that `auto` stands for."""

    @abstractmethod
    def from_logits(self, activation: str) -> bool:
        """Whether an output with that last activation gives logits."""

    def objective(self, spec: OutputSpec, weight: float = 1.0) -> Objective:
        """What an output is trained for. Raises `DesignError` with the errors that `check` finds."""
        findings = list(self.check(spec))
        errors = [finding for finding in findings if finding.severity == "error"]
        if errors:
            raise DesignError(errors)
        low, high = spec.value_range or (0.0, 1.0)
        return Objective(
            output=spec.output,
            target=self.trained_target(spec),
            shape=tuple(size or 0 for size in spec.shape),
            loss=self.default_loss(spec) if spec.loss == AUTO else spec.loss_name,
            loss_arguments={} if (loss := read_loss(spec.loss)) is None else loss.arguments(),
            weight=weight,
            activation=spec.activation,
            from_logits=self.from_logits(spec.activation),
            low=low,
            high=high,
            task=self,
            label_smoothing=spec.label_smoothing,
            warnings=tuple(finding.message for finding in findings if finding.severity == "warning"),
        )

    def trained_target(self, spec: OutputSpec) -> Target:
        """The target as the output learns it."""
        return spec.target

    def hints(self, objective: Objective, settings: Settings) -> Iterator[str]:
        """Sentences on what is unusual about an objective, or will make its training slow."""
        yield from objective.warnings
        if objective.mistakes_logits:
            yield (
                f'"{objective.output}" outputs logits, and the loss takes them for probabilities, as `from_logits` is '
                "never. The loss starts far too high, and the network learns little. Set it to auto, or add "
                f"{self.activation_of(objective.units)}."
            )

    def keras_loss(self, objective: Objective) -> "keras.losses.Loss":
        """The loss, for targets as `shaped` gives them."""
        return keras_loss(objective)

    @abstractmethod
    def keras_metric(self, objective: Objective) -> "keras.metrics.Metric":
        """The metric, called by its name."""

    def shaped(self, objective: Objective, targets: "np.ndarray") -> "np.ndarray":
        """Targets `(examples, ...)` in the shape that the loss and the metric take, `(examples, *shape)`."""
        return targets.reshape(len(targets), *objective.shape)

    def true_values(self, objective: Objective, targets: "np.ndarray", scale: float) -> "np.ndarray":
        """Targets as they are evaluated: float32 `(examples, *shape)`, multiplied by `scale`."""
        import numpy as np

        return self.shaped(objective, targets).astype(np.float32) * np.float32(scale)

    def predictions(self, objective: Objective, outputs: "np.ndarray") -> "np.ndarray":
        """What raw outputs of the network stand for, float32: probabilities, or numbers as they are."""
        return outputs

    def baseline(self, objective: Objective, targets: "np.ndarray") -> "np.ndarray | None":
        """What a network has to beat: the best answer that does not look at the example; None without one."""
        return None


def keras_loss(objective: Objective, **arguments: Any) -> "keras.losses.Loss":
    """The Keras loss that an objective names, with further arguments of its class."""
    loss = LOSSES[objective.loss](**objective.loss_arguments)
    if loss.takes_logits:
        arguments["from_logits"] = objective.loss_takes_logits
    if objective.label_smoothing:
        arguments["label_smoothing"] = objective.label_smoothing
    made: keras.losses.Loss = loss.keras_object(**loss.output_arguments(objective.shape), **arguments)
    return made


def sigmoid(values: "np.ndarray") -> "np.ndarray":
    """The logistic function, without overflow."""
    import numpy as np

    return np.exp(-np.logaddexp(np.float32(0), -values))

"""What every task is made of: an output with its target, what it is trained for, and the task's own contract.

Plain when imported, so that both sides of the process boundary use it: Keras and NumPy are imported inside functions.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from blockwright.design.output_activation import last_activation
from blockwright.design.structure import partial_wiring, resolve_outputs
from blockwright.schema.design import Design, port
from blockwright.schema.features import Target
from blockwright.schema.findings import DesignError, Finding
from blockwright.schema.losses import AUTO, LOSSES
from blockwright.schema.text import shape_text
from blockwright.schema.training import Settings

if TYPE_CHECKING:
    import keras
    import numpy as np

MetricName = Literal["accuracy", "mae"]
TaskKind = Literal["classes", "number", "tags", "reconstruction"]

# Output modes of TextVectorization whose result Keras takes for `1 x words` when it builds the network.
_COUNTING_MODES = ("multi_hot", "count", "tf_idf")


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
class OutputSpec:
    """An output of a design and the target that it is to learn: what a task checks.

    Attributes:
        design: the design.
        output: the output's id, as the design writes it.
        shape: the shape of what it outputs for one example, without batch.
        target: what it is to learn.
        loss: the setting: the Keras name of a loss, or `auto`.
        value_range: the smallest and the largest value of its target as it is trained on; None where the data was not
            loaded, and what depends on it is then not checked.
    """

    design: Design
    output: str
    shape: tuple[int | None, ...]
    target: Target
    loss: str = AUTO
    value_range: tuple[float, float] | None = None

    @cached_property
    def activation(self) -> str:
        """The last activation on the way to the output, by its Keras name; `linear` for none."""
        return last_activation(self.design, self.output)

    @cached_property
    def node_id(self) -> str:
        """The node that gives the output."""
        return port(self.design.ids(), self.output)[0]

    @property
    def units(self) -> int:
        """How many values an example has."""
        return math.prod(size or 0 for size in self.shape)

    @property
    def name(self) -> str:
        """The node as messages call it: `` `Dense` "head" ``."""
        node = self.design.node(self.node_id)
        block = node.block if node.shares is None else self.design.node(node.shares).block
        return f'`{block}` "{node.id}"'

    def error(self, code: str, message: str) -> Finding:
        """An error at the node that gives the output."""
        return Finding(code=code, node=self.node_id, severity="error", message=message)


@dataclass(frozen=True)
class Objective:
    """What one output is trained for.

    Attributes:
        output: the output's id, as the design writes it.
        target: what it learns.
        shape: the shape of what it outputs for one example, without batch.
        loss: the Keras name of its loss.
        weight: how much that loss counts.
        activation: its last activation, by its Keras name.
        from_logits: whether its values are logits, which a softmax or sigmoid turns into probabilities.
        low, high: the smallest and the largest value of its training targets, as they are trained on; 0 and 1 for
            classes and tags.
        task: the task of its target.
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
        return self.from_logits and LOSSES[self.loss].takes_logits


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
        metric: what is reported beside the loss.
        activation: the usual last activation of an output.
        is_input: whether the target is one of the features that the network reads, so that it needs no labels.
        stratifies: whether a split keeps the share of each of its values in both parts.
    """

    kind: ClassVar[TaskKind]
    title: ClassVar[str]
    output_title: ClassVar[str]
    choice_title: ClassVar[str] = ""
    losses: ClassVar[tuple[str, ...]]
    metric: ClassVar[Metric]
    activation: ClassVar[str]
    is_input: ClassVar[bool] = False
    stratifies: ClassVar[bool] = False

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

    def check(self, spec: OutputSpec) -> Iterator[Finding]:
        """What keeps an output from learning its target, as findings at its node; the most basic problem first.

        Needs no data; with `spec.value_range` what depends on the values is checked as well.
        """
        problem = self._check_counted_words(spec) or self.check_shape(spec)
        if problem is not None:
            yield problem
            return
        yield from (one for one in (self.check_activation(spec), self.check_loss(spec)) if one is not None)

    def check_shape(self, spec: OutputSpec) -> Finding | None:
        """Whether the output has the shape that its target needs."""
        units = self.units(spec.target)
        needs = self.needs(spec.target)
        if len(spec.shape) != 1 or spec.shape[0] is None:
            return spec.error(
                "no-head",
                f"{spec.name} outputs {shape_text(spec.shape)} values per example, but {needs}. Add Flatten or "
                f"GlobalAveragePooling2D, then Dense with units={units}.",
            )
        if not self.fits_units(spec.target, spec.shape[0]):
            values = "1 value" if spec.shape[0] == 1 else f"{spec.shape[0]:,} values"
            return spec.error("head-units", f"{spec.name} outputs {values}, but {needs}. Set units={units}.")
        return None

    def fits_units(self, target: Target, units: int) -> bool:
        """Whether an output of so many values can learn a target."""
        return units == self.units(target)

    @abstractmethod
    def check_activation(self, spec: OutputSpec) -> Finding | None:
        """Whether the last activation can give the target's values."""

    def check_loss(self, spec: OutputSpec) -> Finding | None:
        """Whether the loss of the settings fits the target and the output."""
        if spec.loss in (AUTO, *self.losses):
            return None
        return spec.error(
            "output-loss",
            f"The loss {spec.loss} does not fit {spec.name}: {self.needs(spec.target)}. Choose auto or one of: "
            f"{', '.join(self.losses)}.",
        )

    @abstractmethod
    def default_loss(self, spec: OutputSpec) -> str:
        """The loss that `auto` stands for."""

    @abstractmethod
    def from_logits(self, activation: str) -> bool:
        """Whether an output with that last activation gives logits."""

    def objective(self, spec: OutputSpec, weight: float = 1.0) -> Objective:
        """What an output is trained for. Raises `DesignError` with what `check` finds."""
        findings = list(self.check(spec))
        if findings:
            raise DesignError(findings)
        low, high = spec.value_range or (0.0, 1.0)
        return Objective(
            output=spec.output,
            target=spec.target,
            shape=tuple(size or 0 for size in spec.shape),
            loss=self.default_loss(spec) if spec.loss == AUTO else spec.loss,
            weight=weight,
            activation=spec.activation,
            from_logits=self.from_logits(spec.activation),
            low=low,
            high=high,
            task=self,
        )

    def hints(self, objective: Objective, settings: Settings) -> Iterator[str]:
        """Sentences on what is unusual about an objective, or will make its training slow."""
        yield from ()

    def keras_loss(self, objective: Objective) -> "Callable[..., keras.KerasTensor]":
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

    def _check_counted_words(self, spec: OutputSpec) -> Finding | None:
        """Words that are counted come as `1 x words` from the layer that counts them."""
        if len(spec.shape) != 2 or spec.shape[0] != 1:
            return None
        above = partial_wiring(spec.design).above(spec.output)
        for node in spec.design.nodes:
            counts = node.params.get("output_mode") in _COUNTING_MODES
            if node.id in above and node.block == "TextVectorization" and counts:
                message = (
                    f"{spec.name} outputs {shape_text(spec.shape)} values per example, because `TextVectorization` "
                    f'"{node.id}" puts the word counts of each text in a row of its own. Add Flatten after "{node.id}".'
                )
                return Finding(code="counted-words", node=node.id, severity="error", message=message)
        return None


def keras_loss(objective: Objective, **arguments: Any) -> "keras.losses.Loss":
    """The Keras loss that an objective names, with further arguments of its class."""
    import keras

    loss = LOSSES[objective.loss]
    logits: Mapping[str, Any] = {"from_logits": objective.from_logits} if loss.takes_logits else {}
    return getattr(keras.losses, loss.keras_class)(**logits, **arguments)


def sigmoid(values: "np.ndarray") -> "np.ndarray":
    """The logistic function, without overflow."""
    import numpy as np

    return np.exp(-np.logaddexp(np.float32(0), -values))


def first_output(design: Design) -> str:
    """The first output of a design, as the design writes it."""
    return resolve_outputs(design)[0]

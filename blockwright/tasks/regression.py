"""Regression: one or several numbers for each example."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from blockwright.recipe.settings import Settings
from blockwright.schema.data.features import Target
from blockwright.tasks.base import METRICS, Objective, Task, TaskKind
from blockwright.tasks.output_rules import (
    DropoutLast,
    HeadUnits,
    OutputLoss,
    OutputRange,
    OutputRule,
    SoftmaxOfOne,
)
from blockwright.tasks.output_spec import OutputSpec

if TYPE_CHECKING:
    import keras
    import numpy as np


_OF_POSITIVE = ("mean_squared_logarithmic_error", "poisson")
_POSITIVE = ("exponential", "softplus", "sigmoid", "relu")


class Regression(Task):
    """The output has the numbers themselves, in the unit that they are trained in."""

    kind: ClassVar[TaskKind] = "number"
    title = "Regression"
    output_title = "a number"
    choice_title = "a number"
    losses: ClassVar[tuple[str, ...]] = (
        "mean_squared_error",
        "mean_absolute_error",
        "huber",
        "mean_squared_logarithmic_error",
        "binary_crossentropy",
        "log_cosh",
        "mean_absolute_percentage_error",
        "poisson",
        "cosine_similarity",
    )
    loss_reason = (
        "The mean squared error, whose best answer is the mean; binary cross-entropy for values from 0 to 1 after "
        "sigmoid."
    )
    metric = METRICS["mae"]
    activation = "linear"
    value_rules: ClassVar[tuple[OutputRule, ...]] = (
        HeadUnits(),
        DropoutLast(),
        SoftmaxOfOne(),
        OutputRange(),
        OutputLoss(),
    )

    def needs(self, target: Target) -> str:
        units = self.units(target)
        return f'the target "{target.name}" is {"one number" if units == 1 else f"{units:,} numbers"}'

    def describe(self, target: Target) -> str:
        return f"a number in {target.unit}" if target.unit else "a number"

    def values_text(self, target: str) -> str:
        return f"the number {target}"

    def loss_problem(self, spec: OutputSpec) -> str | None:
        problem = super().loss_problem(spec)
        if problem is not None or spec.value_range is None:
            return problem
        if spec.loss_name == "binary_crossentropy" and not self._fits_crossentropy(spec):
            return (
                f"The loss binary_crossentropy needs {spec.name} to end in sigmoid, and values from 0 to 1; it ends in "
                f"{spec.activation}, and {spec.range_text}. Choose mean_squared_error."
            )
        if spec.loss_name == "poisson" and spec.activation not in _POSITIVE:
            return (
                f"The loss poisson needs an output above 0, but {spec.name} ends in {spec.activation}. Set its "
                "activation to exponential or softplus, or choose mean_squared_error."
            )
        if spec.loss_name in _OF_POSITIVE and spec.value_range[0] < 0:
            return (
                f"The loss {spec.loss_name} needs values of 0 and above, but {spec.range_text}. Choose "
                "mean_squared_error."
            )
        return None

    def default_loss(self, spec: OutputSpec) -> str:
        return "binary_crossentropy" if self._fits_crossentropy(spec) else "mean_squared_error"

    def from_logits(self, activation: str) -> bool:
        return False

    def hints(self, objective: Objective, settings: Settings) -> Iterator[str]:
        yield from super().hints(objective, settings)
        largest = max(abs(objective.low), abs(objective.high))
        if largest > 10 and settings.learning_rate * 1_000 < largest:
            yield (
                f'The values of "{objective.target.name}" go from {objective.low:g} to {objective.high:g}: with a '
                f"learning rate of {settings.learning_rate:g} it takes many steps to reach them. Try a larger one, "
                f"such as {10 ** len(str(int(largest / 100))) / 100:g}."
            )

    def keras_metric(self, objective: Objective) -> "keras.metrics.Metric":
        import keras

        return keras.metrics.MeanAbsoluteError(name="mae")

    def baseline(self, objective: Objective, targets: "np.ndarray") -> "np.ndarray | None":
        """The mean of each number over the training examples, float64 `shape`."""
        import numpy as np

        return self.shaped(objective, targets).mean(axis=0, dtype=np.float64)

    def _fits_crossentropy(self, spec: OutputSpec) -> bool:
        if spec.activation != "sigmoid" or spec.value_range is None:
            return False
        return spec.value_range[0] >= 0 and spec.value_range[1] <= 1

"""Mean squared error."""

from typing import ClassVar, Literal

from blockwright.recipe.metrics.metric import Metric


class MeanSquaredError(Metric):
    """Mean squared error."""

    title: ClassVar[str] = "Mean squared error"
    help: ClassVar[str] = "The mean of the squared differences: large errors count most."
    keras_class: ClassVar[str] = "metrics.MeanSquaredError"
    kinds: ClassVar[tuple[str, ...]] = ("number", "reconstruction", "classes", "tags")
    reads: ClassVar[Literal["classes", "probabilities"]] = "classes"
    better: ClassVar[Literal["min", "max"]] = "min"

    name: Literal["mean_squared_error"] = "mean_squared_error"

"""Root mean squared error."""

from typing import ClassVar, Literal

from blockwright.recipe.metrics.metric import Metric


class RootMeanSquaredError(Metric):
    """Root mean squared error."""

    title: ClassVar[str] = "Root mean squared error"
    help: ClassVar[str] = (
        "The root of the mean squared error, in the unit of the target: large errors count most."
    )
    keras_class: ClassVar[str] = "metrics.RootMeanSquaredError"
    kinds: ClassVar[tuple[str, ...]] = ("number", "reconstruction", "classes", "tags")
    reads: ClassVar[Literal["classes", "probabilities"]] = "classes"
    better: ClassVar[Literal["min", "max"]] = "min"

    name: Literal["root_mean_squared_error"] = "root_mean_squared_error"

"""Mean absolute error."""

from typing import ClassVar, Literal

from blockwright.recipe.metrics.metric import Metric


class MeanAbsoluteError(Metric):
    """Mean absolute error."""

    title: ClassVar[str] = "Mean absolute error"
    help: ClassVar[str] = "The mean of the absolute differences between the probabilities and 0 or 1."
    keras_class: ClassVar[str] = "metrics.MeanAbsoluteError"
    kinds: ClassVar[tuple[str, ...]] = ("classes", "tags")
    reads: ClassVar[Literal["classes", "probabilities"]] = "classes"
    better: ClassVar[Literal["min", "max"]] = "min"

    name: Literal["mean_absolute_error"] = "mean_absolute_error"

"""Mean absolute percentage error."""

from typing import ClassVar, Literal

from blockwright.recipe.metrics.metric import Metric


class MeanAbsolutePercentageError(Metric):
    """Mean absolute percentage error."""

    title: ClassVar[str] = "Mean absolute percentage error"
    help: ClassVar[str] = "The mean of the absolute differences, each in percent of its true value."
    keras_class: ClassVar[str] = "metrics.MeanAbsolutePercentageError"
    kinds: ClassVar[tuple[str, ...]] = ("number", "reconstruction")
    better: ClassVar[Literal["min", "max"]] = "min"

    name: Literal["mean_absolute_percentage_error"] = "mean_absolute_percentage_error"

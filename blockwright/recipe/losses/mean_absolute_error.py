"""Mean absolute error."""

from typing import ClassVar, Literal

from blockwright.recipe.losses.loss import Loss


class MeanAbsoluteError(Loss):
    """Mean absolute error."""

    title: ClassVar[str] = "Mean absolute error"
    help: ClassVar[str] = "The mean of the absolute differences: outliers count less than with squares."
    keras_class: ClassVar[str] = "losses.MeanAbsoluteError"
    axis_title: ClassVar[str] = "Loss (mean absolute error)"
    kinds: ClassVar[tuple[str, ...]] = ("classes", "tags", "number", "reconstruction")

    name: Literal["mean_absolute_error"] = "mean_absolute_error"

"""Mean absolute percentage error."""

from typing import ClassVar, Literal

from blockwright.recipe.losses.loss import Loss


class MeanAbsolutePercentageError(Loss):
    """Mean absolute percentage error."""

    title: ClassVar[str] = "Mean absolute percentage error"
    help: ClassVar[str] = (
        "The mean of the absolute differences, each in percent of its true value; small true values count most."
    )
    keras_class: ClassVar[str] = "losses.MeanAbsolutePercentageError"
    axis_title: ClassVar[str] = "Loss (mean absolute percentage error)"
    kinds: ClassVar[tuple[str, ...]] = ("number", "reconstruction")

    name: Literal["mean_absolute_percentage_error"] = "mean_absolute_percentage_error"

"""Mean squared error."""

from typing import ClassVar, Literal

from blockwright.recipe.losses.loss import Loss


class MeanSquaredError(Loss):
    """Mean squared error."""

    title: ClassVar[str] = "Mean squared error"
    help: ClassVar[str] = (
        "The mean of the squared differences: the usual loss of numbers; large errors count most."
    )
    keras_class: ClassVar[str] = "losses.MeanSquaredError"
    axis_title: ClassVar[str] = "Loss (mean squared error)"
    kinds: ClassVar[tuple[str, ...]] = ("classes", "tags", "number", "reconstruction")

    name: Literal["mean_squared_error"] = "mean_squared_error"

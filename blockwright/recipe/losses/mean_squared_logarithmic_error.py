"""Mean squared logarithmic error."""

from typing import ClassVar, Literal

from blockwright.recipe.losses.loss import Loss


class MeanSquaredLogarithmicError(Loss):
    """Mean squared logarithmic error."""

    title: ClassVar[str] = "Mean squared logarithmic error"
    help: ClassVar[str] = (
        "The mean of the squared differences of the logarithms: relative errors count, for values of "
        "0 and above."
    )
    keras_class: ClassVar[str] = "losses.MeanSquaredLogarithmicError"
    axis_title: ClassVar[str] = "Loss (mean squared logarithmic error)"
    kinds: ClassVar[tuple[str, ...]] = ("number", "reconstruction")

    name: Literal["mean_squared_logarithmic_error"] = "mean_squared_logarithmic_error"

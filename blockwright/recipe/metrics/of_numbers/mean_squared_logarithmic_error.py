"""Mean squared logarithmic error."""

from typing import ClassVar, Literal

from blockwright.recipe.metrics.metric import Metric


class MeanSquaredLogarithmicError(Metric):
    """Mean squared logarithmic error."""

    title: ClassVar[str] = "Mean squared logarithmic error"
    help: ClassVar[str] = (
        "The mean of the squared differences of the logarithms: relative errors count, for values of "
        "0 and above."
    )
    keras_class: ClassVar[str] = "metrics.MeanSquaredLogarithmicError"
    kinds: ClassVar[tuple[str, ...]] = ("number", "reconstruction")
    better: ClassVar[Literal["min", "max"]] = "min"

    name: Literal["mean_squared_logarithmic_error"] = "mean_squared_logarithmic_error"

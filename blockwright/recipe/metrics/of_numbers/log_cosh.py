"""Log-cosh error."""

from typing import ClassVar, Literal

from blockwright.recipe.metrics.metric import Metric


class LogCosh(Metric):
    """Log-cosh error."""

    title: ClassVar[str] = "Log-cosh error"
    help: ClassVar[str] = (
        "Like the squared error for small differences and like the absolute error for large ones."
    )
    keras_class: ClassVar[str] = "metrics.LogCoshError"
    kinds: ClassVar[tuple[str, ...]] = ("number", "reconstruction")
    better: ClassVar[Literal["min", "max"]] = "min"

    name: Literal["log_cosh"] = "log_cosh"

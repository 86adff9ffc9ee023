"""Log-cosh loss."""

from typing import ClassVar, Literal

from blockwright.recipe.losses.loss import Loss


class LogCosh(Loss):
    """Log-cosh loss."""

    title: ClassVar[str] = "Log-cosh loss"
    help: ClassVar[str] = (
        "Like the squared error for small differences and like the absolute error for large ones, "
        "without a corner between."
    )
    keras_class: ClassVar[str] = "losses.LogCosh"
    axis_title: ClassVar[str] = "Loss (log-cosh)"
    kinds: ClassVar[tuple[str, ...]] = ("number", "reconstruction")

    name: Literal["log_cosh"] = "log_cosh"

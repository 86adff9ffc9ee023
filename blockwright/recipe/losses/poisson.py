"""Poisson loss."""

from typing import ClassVar, Literal

from blockwright.recipe.losses.loss import Loss


class Poisson(Loss):
    """Poisson loss."""

    title: ClassVar[str] = "Poisson loss"
    help: ClassVar[str] = (
        "The negative log-likelihood of counts, but for a constant; for an output above 0, such as "
        "exponential or softplus."
    )
    keras_class: ClassVar[str] = "losses.Poisson"
    axis_title: ClassVar[str] = "Loss (Poisson)"
    kinds: ClassVar[tuple[str, ...]] = ("number", "reconstruction")

    name: Literal["poisson"] = "poisson"

"""Hinge loss."""

from typing import ClassVar, Literal

from blockwright.recipe.losses.loss import Loss


class Hinge(Loss):
    """Hinge loss."""

    title: ClassVar[str] = "Hinge loss"
    help: ClassVar[str] = (
        "Asks for scores of at least 1 for what is there and at most -1 for what is not; meant for an "
        "output without activation or with tanh."
    )
    keras_class: ClassVar[str] = "losses.Hinge"
    axis_title: ClassVar[str] = "Loss (hinge)"
    kinds: ClassVar[tuple[str, ...]] = ("classes", "tags")

    name: Literal["hinge"] = "hinge"

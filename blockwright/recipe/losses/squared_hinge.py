"""Squared hinge loss."""

from typing import ClassVar, Literal

from blockwright.recipe.losses.loss import Loss


class SquaredHinge(Loss):
    """Squared hinge loss."""

    title: ClassVar[str] = "Squared hinge loss"
    help: ClassVar[str] = "The square of the hinge loss: values far on the wrong side count most."
    keras_class: ClassVar[str] = "losses.SquaredHinge"
    axis_title: ClassVar[str] = "Loss (squared hinge)"
    kinds: ClassVar[tuple[str, ...]] = ("classes", "tags")

    name: Literal["squared_hinge"] = "squared_hinge"

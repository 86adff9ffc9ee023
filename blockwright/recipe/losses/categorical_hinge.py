"""Categorical hinge loss."""

from typing import ClassVar, Literal

from blockwright.recipe.losses.loss import Loss


class CategoricalHinge(Loss):
    """Categorical hinge loss."""

    title: ClassVar[str] = "Categorical hinge loss"
    help: ClassVar[str] = (
        "Asks that the score of the true class is at least 1 above that of any other; meant for an "
        "output without activation."
    )
    keras_class: ClassVar[str] = "losses.CategoricalHinge"
    axis_title: ClassVar[str] = "Loss (categorical hinge)"
    kinds: ClassVar[tuple[str, ...]] = ("classes",)
    needs_several: ClassVar[bool] = True

    name: Literal["categorical_hinge"] = "categorical_hinge"

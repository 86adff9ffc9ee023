"""Generalized cross-entropy."""

from typing import ClassVar, Literal

from pydantic import Field

from blockwright.recipe.losses.loss import Loss


class CategoricalGeneralizedCrossEntropy(Loss):
    """Generalized cross-entropy."""

    title: ClassVar[str] = "Generalized cross-entropy"
    help: ClassVar[str] = "Between the cross-entropy and the absolute error, so that wrong labels count less."
    keras_class: ClassVar[str] = "losses.CategoricalGeneralizedCrossEntropy"
    axis_title: ClassVar[str] = "Loss (generalized cross-entropy)"
    kinds: ClassVar[tuple[str, ...]] = ("classes",)
    needs_probabilities: ClassVar[bool] = True
    needs_several: ClassVar[bool] = True
    has_short_name: ClassVar[bool] = False
    takes_class_numbers: ClassVar[bool] = True

    name: Literal["categorical_generalized_cross_entropy"] = "categorical_generalized_cross_entropy"
    q: float = Field(
        0.5,
        gt=0,
        lt=1,
        title="q",
        description="Close to 0 it is the cross-entropy, close to 1 the absolute error.",
    )

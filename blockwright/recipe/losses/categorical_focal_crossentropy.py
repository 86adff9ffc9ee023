"""Focal cross-entropy of classes."""

from typing import ClassVar, Literal

from pydantic import Field

from blockwright.recipe.losses.loss import Loss


class CategoricalFocalCrossentropy(Loss):
    """Focal cross-entropy of classes."""

    title: ClassVar[str] = "Focal cross-entropy of classes"
    help: ClassVar[str] = (
        "A cross-entropy in which examples that are right already count less, so that rare and hard "
        "ones count more."
    )
    keras_class: ClassVar[str] = "losses.CategoricalFocalCrossentropy"
    axis_title: ClassVar[str] = "Loss (focal cross-entropy)"
    kinds: ClassVar[tuple[str, ...]] = ("classes",)
    takes_logits: ClassVar[bool] = True
    smooths_labels: ClassVar[bool] = True
    needs_several: ClassVar[bool] = True

    name: Literal["categorical_focal_crossentropy"] = "categorical_focal_crossentropy"
    alpha: float = Field(0.25, ge=0, le=1, title="Alpha", description="A factor of the loss.")
    gamma: float = Field(
        2.0,
        ge=0,
        le=20,
        title="Gamma",
        description="How strongly examples count less that are right already; 0 for the cross-entropy.",
    )

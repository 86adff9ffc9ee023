"""Binary focal cross-entropy."""

from typing import ClassVar, Literal

from pydantic import Field

from blockwright.recipe.losses.loss import Loss


class BinaryFocalCrossentropy(Loss):
    """Binary focal cross-entropy."""

    title: ClassVar[str] = "Binary focal cross-entropy"
    help: ClassVar[str] = (
        "A binary cross-entropy in which values that are right already count less, so that rare and "
        "hard ones count more."
    )
    keras_class: ClassVar[str] = "losses.BinaryFocalCrossentropy"
    axis_title: ClassVar[str] = "Loss (binary focal cross-entropy)"
    kinds: ClassVar[tuple[str, ...]] = ("classes", "tags")
    takes_logits: ClassVar[bool] = True
    smooths_labels: ClassVar[bool] = True

    name: Literal["binary_focal_crossentropy"] = "binary_focal_crossentropy"
    apply_class_balancing: bool = Field(
        False,
        title="Balance the two classes",
        description="Whether what is there counts by alpha, and what is not by 1 less alpha.",
    )
    alpha: float = Field(
        0.25, ge=0, le=1, title="Alpha", description="How much what is there counts, with the balance."
    )
    gamma: float = Field(
        2.0,
        ge=0,
        le=20,
        title="Gamma",
        description="How strongly examples count less that are right already; 0 for the cross-entropy.",
    )

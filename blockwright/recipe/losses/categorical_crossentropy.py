"""Cross-entropy of one-hot classes."""

from typing import ClassVar, Literal

from blockwright.recipe.losses.loss import Loss


class CategoricalCrossentropy(Loss):
    """Cross-entropy of one-hot classes."""

    title: ClassVar[str] = "Cross-entropy of one-hot classes"
    help: ClassVar[str] = "The same for classes as one-hot rows, which label smoothing needs."
    keras_class: ClassVar[str] = "losses.CategoricalCrossentropy"
    axis_title: ClassVar[str] = "Loss (cross-entropy, nats)"
    kinds: ClassVar[tuple[str, ...]] = ("classes",)
    takes_logits: ClassVar[bool] = True
    smooths_labels: ClassVar[bool] = True
    needs_several: ClassVar[bool] = True

    name: Literal["categorical_crossentropy"] = "categorical_crossentropy"

"""Cross-entropy of classes."""

from typing import ClassVar, Literal

from blockwright.recipe.losses.loss import Loss


class SparseCategoricalCrossentropy(Loss):
    """Cross-entropy of classes."""

    title: ClassVar[str] = "Cross-entropy of classes"
    help: ClassVar[str] = (
        "The negative logarithm of the probability of the true class: the usual loss of classes, as "
        "it asks for probabilities that are right."
    )
    keras_class: ClassVar[str] = "losses.SparseCategoricalCrossentropy"
    axis_title: ClassVar[str] = "Loss (cross-entropy, nats)"
    kinds: ClassVar[tuple[str, ...]] = ("classes",)
    takes_logits: ClassVar[bool] = True
    needs_several: ClassVar[bool] = True
    takes_class_numbers: ClassVar[bool] = True

    name: Literal["sparse_categorical_crossentropy"] = "sparse_categorical_crossentropy"

"""Binary cross-entropy."""

from typing import ClassVar, Literal

from blockwright.recipe.losses.loss import Loss


class BinaryCrossentropy(Loss):
    """Binary cross-entropy."""

    title: ClassVar[str] = "Binary cross-entropy"
    help: ClassVar[str] = (
        "The cross-entropy of each value by itself, as a probability between 0 and 1: the usual loss "
        "of two classes and of tags."
    )
    keras_class: ClassVar[str] = "losses.BinaryCrossentropy"
    axis_title: ClassVar[str] = "Loss (binary cross-entropy, nats)"
    kinds: ClassVar[tuple[str, ...]] = ("classes", "tags", "number", "reconstruction")
    takes_logits: ClassVar[bool] = True
    smooths_labels: ClassVar[bool] = True

    name: Literal["binary_crossentropy"] = "binary_crossentropy"

"""Binary cross-entropy."""

from typing import ClassVar, Literal

from blockwright.recipe.metrics.metric import Metric


class BinaryCrossentropy(Metric):
    """Binary cross-entropy."""

    title: ClassVar[str] = "Binary cross-entropy"
    help: ClassVar[str] = "The cross-entropy of each class or tag by itself, on average."
    keras_class: ClassVar[str] = "metrics.BinaryCrossentropy"
    kinds: ClassVar[tuple[str, ...]] = ("classes", "tags")
    better: ClassVar[Literal["min", "max"]] = "min"

    name: Literal["binary_crossentropy"] = "binary_crossentropy"

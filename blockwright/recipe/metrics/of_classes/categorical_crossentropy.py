"""Cross-entropy of classes."""

from typing import ClassVar, Literal

from blockwright.recipe.metrics.metric import Metric


class CategoricalCrossentropy(Metric):
    """Cross-entropy of classes."""

    title: ClassVar[str] = "Cross-entropy of classes"
    help: ClassVar[str] = (
        "The negative logarithm of the probability of the true class, on average: the usual loss of "
        "classes, to follow beside another one."
    )
    keras_class: ClassVar[str] = "metrics.CategoricalCrossentropy"
    kinds: ClassVar[tuple[str, ...]] = ("classes",)
    reads: ClassVar[Literal["classes", "probabilities"]] = "classes"
    better: ClassVar[Literal["min", "max"]] = "min"

    name: Literal["categorical_crossentropy"] = "categorical_crossentropy"

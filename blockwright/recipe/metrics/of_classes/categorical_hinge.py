"""Categorical hinge."""

from typing import ClassVar, Literal

from blockwright.recipe.metrics.metric import Metric


class CategoricalHinge(Metric):
    """Categorical hinge."""

    title: ClassVar[str] = "Categorical hinge"
    help: ClassVar[str] = (
        "How much the highest score of a wrong class comes within 1 of that of the true class."
    )
    keras_class: ClassVar[str] = "metrics.CategoricalHinge"
    kinds: ClassVar[tuple[str, ...]] = ("classes",)
    reads: ClassVar[Literal["classes", "probabilities"]] = "classes"
    better: ClassVar[Literal["min", "max"]] = "min"
    takes_scores: ClassVar[bool] = True

    name: Literal["categorical_hinge"] = "categorical_hinge"

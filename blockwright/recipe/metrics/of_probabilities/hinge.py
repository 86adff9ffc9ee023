"""Hinge."""

from typing import ClassVar, Literal

from blockwright.recipe.metrics.metric import Metric


class Hinge(Metric):
    """Hinge."""

    title: ClassVar[str] = "Hinge"
    help: ClassVar[str] = "How much the scores come within 1 of the wrong side of 0."
    keras_class: ClassVar[str] = "metrics.Hinge"
    kinds: ClassVar[tuple[str, ...]] = ("classes", "tags")
    better: ClassVar[Literal["min", "max"]] = "min"
    takes_scores: ClassVar[bool] = True

    name: Literal["hinge"] = "hinge"

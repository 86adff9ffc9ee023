"""Squared hinge."""

from typing import ClassVar, Literal

from blockwright.recipe.metrics.metric import Metric


class SquaredHinge(Metric):
    """Squared hinge."""

    title: ClassVar[str] = "Squared hinge"
    help: ClassVar[str] = "The square of how much the scores come within 1 of the wrong side of 0."
    keras_class: ClassVar[str] = "metrics.SquaredHinge"
    kinds: ClassVar[tuple[str, ...]] = ("classes", "tags")
    better: ClassVar[Literal["min", "max"]] = "min"
    takes_scores: ClassVar[bool] = True

    name: Literal["squared_hinge"] = "squared_hinge"

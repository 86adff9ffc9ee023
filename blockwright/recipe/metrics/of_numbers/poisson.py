"""Poisson."""

from typing import ClassVar, Literal

from blockwright.recipe.metrics.metric import Metric


class Poisson(Metric):
    """Poisson."""

    title: ClassVar[str] = "Poisson"
    help: ClassVar[str] = (
        "The negative log-likelihood of counts, but for a constant; it needs predictions above 0."
    )
    keras_class: ClassVar[str] = "metrics.Poisson"
    kinds: ClassVar[tuple[str, ...]] = ("number", "reconstruction")
    better: ClassVar[Literal["min", "max"]] = "min"

    name: Literal["poisson"] = "poisson"

"""Kullback-Leibler divergence."""

from typing import ClassVar, Literal

from blockwright.recipe.metrics.metric import Metric


class KLDivergence(Metric):
    """Kullback-Leibler divergence."""

    title: ClassVar[str] = "Kullback-Leibler divergence"
    help: ClassVar[str] = (
        "How much the predicted probabilities differ from the true ones; with one-hot classes it "
        "equals their cross-entropy."
    )
    keras_class: ClassVar[str] = "metrics.KLDivergence"
    kinds: ClassVar[tuple[str, ...]] = ("classes",)
    reads: ClassVar[Literal["classes", "probabilities"]] = "classes"
    better: ClassVar[Literal["min", "max"]] = "min"

    name: Literal["kl_divergence"] = "kl_divergence"

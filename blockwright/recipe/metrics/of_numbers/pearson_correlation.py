"""Pearson correlation."""

from typing import ClassVar, Literal

from blockwright.recipe.metrics.metric import Metric


class PearsonCorrelation(Metric):
    """Pearson correlation."""

    title: ClassVar[str] = "Pearson correlation"
    help: ClassVar[str] = "The correlation of predicted and true values within each example, on average."
    keras_class: ClassVar[str] = "metrics.PearsonCorrelation"
    kinds: ClassVar[tuple[str, ...]] = ("number", "reconstruction")
    needs_several: ClassVar[bool] = True

    name: Literal["pearson_correlation"] = "pearson_correlation"

"""Concordance correlation."""

from typing import ClassVar, Literal

from blockwright.recipe.metrics.metric import Metric


class ConcordanceCorrelation(Metric):
    """Concordance correlation."""

    title: ClassVar[str] = "Concordance correlation"
    help: ClassVar[str] = "Like the Pearson correlation, but values must also agree in level and spread."
    keras_class: ClassVar[str] = "metrics.ConcordanceCorrelation"
    kinds: ClassVar[tuple[str, ...]] = ("number", "reconstruction")
    needs_several: ClassVar[bool] = True

    name: Literal["concordance_correlation"] = "concordance_correlation"

"""Balanced accuracy."""

from typing import Any, ClassVar, Literal

from blockwright.recipe.metrics.metric import Metric


class BalancedAccuracy(Metric):
    """Balanced accuracy."""

    title: ClassVar[str] = "Balanced accuracy"
    help: ClassVar[str] = (
        "The mean over the classes of the share of their examples that are right. Always predicting "
        "the most frequent of ten classes gives 10 %."
    )
    own_class: ClassVar[str] = "blockwright.runtime.metrics.balanced_accuracy.BalancedAccuracy"
    kinds: ClassVar[tuple[str, ...]] = ("classes",)
    reads: ClassVar[Literal["classes", "probabilities"]] = "classes"
    is_share: ClassVar[bool] = True

    name: Literal["balanced_accuracy"] = "balanced_accuracy"

    def output_arguments(self, kind: str, units: int) -> dict[str, Any]:
        """How many classes there are."""
        return {"classes": max(2, units)}

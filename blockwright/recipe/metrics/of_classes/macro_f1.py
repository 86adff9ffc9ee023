"""Macro F1."""

from typing import Any, ClassVar, Literal

from blockwright.recipe.metrics.metric import Metric


class MacroF1(Metric):
    """Macro F1."""

    title: ClassVar[str] = "Macro F1"
    help: ClassVar[str] = (
        "The mean over all classes of F1, which is high only where a class is found often and "
        "predicted rightly. Rare classes count as much as common ones."
    )
    own_class: ClassVar[str] = "blockwright.runtime.metrics.macro_f1.MacroF1"
    kinds: ClassVar[tuple[str, ...]] = ("classes",)
    reads: ClassVar[Literal["classes", "probabilities"]] = "classes"
    is_share: ClassVar[bool] = True

    name: Literal["macro_f1"] = "macro_f1"

    def output_arguments(self, kind: str, units: int) -> dict[str, Any]:
        """How many classes there are."""
        return {"classes": max(2, units)}

"""F1 score."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from pydantic import Field

from blockwright.recipe.metrics.metric import Metric


class F1Score(Metric):
    """F1 score."""

    title: ClassVar[str] = "F1 score"
    help: ClassVar[str] = "The harmonic mean of precision and recall, averaged over the classes or tags."
    keras_class: ClassVar[str] = "metrics.F1Score"
    keras_defaults: ClassVar[Mapping[str, Any]] = MappingProxyType({"average": None})
    kinds: ClassVar[tuple[str, ...]] = ("classes", "tags")
    is_share: ClassVar[bool] = True

    name: Literal["f1_score"] = "f1_score"
    average: Literal["macro", "micro", "weighted"] = Field(
        "macro",
        title="Average",
        description="Macro: all classes count alike. Micro: all examples count alike. Weighted: by "
        "how often a class occurs.",
    )

    def output_arguments(self, kind: str, units: int) -> dict[str, Any]:
        """Of several classes the most probable one is predicted; else a threshold decides."""
        return {} if kind == "classes" and units > 1 else {"threshold": 0.5}

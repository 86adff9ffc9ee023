"""F-beta score."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from pydantic import Field

from blockwright.recipe.metrics.metric import Metric


class FBetaScore(Metric):
    """F-beta score."""

    title: ClassVar[str] = "F-beta score"
    help: ClassVar[str] = "Like the F1 score, but recall counts beta times as much as precision."
    keras_class: ClassVar[str] = "metrics.FBetaScore"
    keras_defaults: ClassVar[Mapping[str, Any]] = MappingProxyType({"average": None, "beta": 1.0})
    kinds: ClassVar[tuple[str, ...]] = ("classes", "tags")
    is_share: ClassVar[bool] = True

    name: Literal["fbeta_score"] = "fbeta_score"
    average: Literal["macro", "micro", "weighted"] = Field(
        "macro",
        title="Average",
        description="Macro: all classes count alike. Micro: all examples count alike. Weighted: by "
        "how often a class occurs.",
    )
    beta: float = Field(
        2.0,
        gt=0,
        le=100,
        title="Beta",
        description="How many times as much recall counts: 2 for finding more, 0.5 for being right more often.",
    )

    def output_arguments(self, kind: str, units: int) -> dict[str, Any]:
        """Of several classes the most probable one is predicted; else a threshold decides."""
        return {} if kind == "classes" and units > 1 else {"threshold": 0.5}

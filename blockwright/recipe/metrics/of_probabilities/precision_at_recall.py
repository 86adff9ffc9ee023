"""Precision at recall."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from pydantic import Field

from blockwright.recipe.metrics.metric import Metric


class PrecisionAtRecall(Metric):
    """Precision at recall."""

    title: ClassVar[str] = "Precision at recall"
    help: ClassVar[str] = "The best precision at a threshold where the recall is at least a given one."
    keras_class: ClassVar[str] = "metrics.PrecisionAtRecall"
    keras_defaults: ClassVar[Mapping[str, Any]] = MappingProxyType({"recall": None})
    kinds: ClassVar[tuple[str, ...]] = ("classes", "tags")
    is_share: ClassVar[bool] = True

    name: Literal["precision_at_recall"] = "precision_at_recall"
    recall: float = Field(0.9, ge=0, le=1, title="Recall", description="The recall that must be reached.")
    num_thresholds: int = Field(
        200,
        ge=2,
        le=10000,
        title="Thresholds",
        description="At how many thresholds between 0 and 1 it is measured; more are more exact and slower.",
    )

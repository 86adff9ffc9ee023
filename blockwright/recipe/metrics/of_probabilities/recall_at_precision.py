"""Recall at precision."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from pydantic import Field

from blockwright.recipe.metrics.metric import Metric


class RecallAtPrecision(Metric):
    """Recall at precision."""

    title: ClassVar[str] = "Recall at precision"
    help: ClassVar[str] = "The best recall at a threshold where the precision is at least a given one."
    keras_class: ClassVar[str] = "metrics.RecallAtPrecision"
    keras_defaults: ClassVar[Mapping[str, Any]] = MappingProxyType({"precision": None})
    kinds: ClassVar[tuple[str, ...]] = ("classes", "tags")
    is_share: ClassVar[bool] = True

    name: Literal["recall_at_precision"] = "recall_at_precision"
    precision: float = Field(
        0.9, ge=0, le=1, title="Precision", description="The precision that must be reached."
    )
    num_thresholds: int = Field(
        200,
        ge=2,
        le=10000,
        title="Thresholds",
        description="At how many thresholds between 0 and 1 it is measured; more are more exact and slower.",
    )

"""Specificity at sensitivity."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from pydantic import Field

from blockwright.recipe.metrics.metric import Metric


class SpecificityAtSensitivity(Metric):
    """Specificity at sensitivity."""

    title: ClassVar[str] = "Specificity at sensitivity"
    help: ClassVar[str] = "The best specificity at a threshold where the sensitivity is at least a given one."
    keras_class: ClassVar[str] = "metrics.SpecificityAtSensitivity"
    keras_defaults: ClassVar[Mapping[str, Any]] = MappingProxyType({"sensitivity": None})
    kinds: ClassVar[tuple[str, ...]] = ("classes", "tags")
    is_share: ClassVar[bool] = True

    name: Literal["specificity_at_sensitivity"] = "specificity_at_sensitivity"
    sensitivity: float = Field(
        0.9, ge=0, le=1, title="Sensitivity", description="The sensitivity that must be reached."
    )
    num_thresholds: int = Field(
        200,
        ge=2,
        le=10000,
        title="Thresholds",
        description="At how many thresholds between 0 and 1 it is measured; more are more exact and slower.",
    )

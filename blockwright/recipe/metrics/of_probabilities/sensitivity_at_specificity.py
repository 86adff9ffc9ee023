"""Sensitivity at specificity."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from pydantic import Field

from blockwright.recipe.metrics.metric import Metric


class SensitivityAtSpecificity(Metric):
    """Sensitivity at specificity."""

    title: ClassVar[str] = "Sensitivity at specificity"
    help: ClassVar[str] = "The best sensitivity at a threshold where the specificity is at least a given one."
    keras_class: ClassVar[str] = "metrics.SensitivityAtSpecificity"
    keras_defaults: ClassVar[Mapping[str, Any]] = MappingProxyType({"specificity": None})
    kinds: ClassVar[tuple[str, ...]] = ("classes", "tags")
    is_share: ClassVar[bool] = True

    name: Literal["sensitivity_at_specificity"] = "sensitivity_at_specificity"
    specificity: float = Field(
        0.9, ge=0, le=1, title="Specificity", description="The specificity that must be reached."
    )
    num_thresholds: int = Field(
        200,
        ge=2,
        le=10000,
        title="Thresholds",
        description="At how many thresholds between 0 and 1 it is measured; more are more exact and slower.",
    )

"""Precision."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from pydantic import Field

from blockwright.recipe.metrics.metric import Metric


class Precision(Metric):
    """Precision."""

    title: ClassVar[str] = "Precision"
    help: ClassVar[str] = (
        "The share of what is predicted that is right: over all classes or tags whose probability is "
        "above the threshold."
    )
    keras_class: ClassVar[str] = "metrics.Precision"
    keras_defaults: ClassVar[Mapping[str, Any]] = MappingProxyType({"thresholds": None})
    kinds: ClassVar[tuple[str, ...]] = ("classes", "tags")
    is_share: ClassVar[bool] = True

    name: Literal["precision"] = "precision"
    thresholds: float = Field(
        0.5,
        ge=0,
        le=1,
        title="Threshold",
        description="From which probability on a class or a tag counts as predicted.",
    )

"""Recall."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from pydantic import Field

from blockwright.recipe.metrics.metric import Metric


class Recall(Metric):
    """Recall."""

    title: ClassVar[str] = "Recall"
    help: ClassVar[str] = (
        "The share of what is there that is predicted: over all classes or tags whose probability is "
        "above the threshold."
    )
    keras_class: ClassVar[str] = "metrics.Recall"
    keras_defaults: ClassVar[Mapping[str, Any]] = MappingProxyType({"thresholds": None})
    kinds: ClassVar[tuple[str, ...]] = ("classes", "tags")
    is_share: ClassVar[bool] = True

    name: Literal["recall"] = "recall"
    thresholds: float = Field(
        0.5,
        ge=0,
        le=1,
        title="Threshold",
        description="From which probability on a class or a tag counts as predicted.",
    )

"""True negatives."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from pydantic import Field

from blockwright.recipe.metrics.metric import Metric


class TrueNegatives(Metric):
    """True negatives."""

    title: ClassVar[str] = "True negatives"
    help: ClassVar[str] = "How many classes or tags are rightly not predicted: a count over all examples."
    keras_class: ClassVar[str] = "metrics.TrueNegatives"
    keras_defaults: ClassVar[Mapping[str, Any]] = MappingProxyType({"thresholds": None})
    kinds: ClassVar[tuple[str, ...]] = ("classes", "tags")

    name: Literal["true_negatives"] = "true_negatives"
    thresholds: float = Field(
        0.5,
        ge=0,
        le=1,
        title="Threshold",
        description="From which probability on a class or a tag counts as predicted.",
    )

"""False positives."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from pydantic import Field

from blockwright.recipe.metrics.metric import Metric


class FalsePositives(Metric):
    """False positives."""

    title: ClassVar[str] = "False positives"
    help: ClassVar[str] = "How many classes or tags are wrongly predicted: a count over all examples."
    keras_class: ClassVar[str] = "metrics.FalsePositives"
    keras_defaults: ClassVar[Mapping[str, Any]] = MappingProxyType({"thresholds": None})
    kinds: ClassVar[tuple[str, ...]] = ("classes", "tags")
    better: ClassVar[Literal["min", "max"]] = "min"

    name: Literal["false_positives"] = "false_positives"
    thresholds: float = Field(
        0.5,
        ge=0,
        le=1,
        title="Threshold",
        description="From which probability on a class or a tag counts as predicted.",
    )

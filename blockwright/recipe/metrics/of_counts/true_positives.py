"""True positives."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from pydantic import Field

from blockwright.recipe.metrics.metric import Metric


class TruePositives(Metric):
    """True positives."""

    title: ClassVar[str] = "True positives"
    help: ClassVar[str] = "How many classes or tags are rightly predicted: a count over all examples."
    keras_class: ClassVar[str] = "metrics.TruePositives"
    keras_defaults: ClassVar[Mapping[str, Any]] = MappingProxyType({"thresholds": None})
    kinds: ClassVar[tuple[str, ...]] = ("classes", "tags")

    name: Literal["true_positives"] = "true_positives"
    thresholds: float = Field(
        0.5,
        ge=0,
        le=1,
        title="Threshold",
        description="From which probability on a class or a tag counts as predicted.",
    )

"""Binary accuracy."""

from typing import ClassVar, Literal

from pydantic import Field

from blockwright.recipe.metrics.metric import Metric


class BinaryAccuracy(Metric):
    """Binary accuracy."""

    title: ClassVar[str] = "Binary accuracy"
    help: ClassVar[str] = (
        "The share of single classes or tags that are right at a threshold of the probability."
    )
    keras_class: ClassVar[str] = "metrics.BinaryAccuracy"
    kinds: ClassVar[tuple[str, ...]] = ("classes", "tags")
    is_share: ClassVar[bool] = True

    name: Literal["binary_accuracy"] = "binary_accuracy"
    threshold: float = Field(
        0.5,
        ge=0,
        le=1,
        title="Threshold",
        description="From which probability on a class or a tag counts as predicted.",
    )

"""Top-k accuracy."""

from typing import ClassVar, Literal

from pydantic import Field

from blockwright.recipe.metrics.metric import Metric


class TopKAccuracy(Metric):
    """Top-k accuracy."""

    title: ClassVar[str] = "Top-k accuracy"
    help: ClassVar[str] = "The share of examples whose true class is among the k most probable ones."
    keras_class: ClassVar[str] = "metrics.TopKCategoricalAccuracy"
    kinds: ClassVar[tuple[str, ...]] = ("classes",)
    reads: ClassVar[Literal["classes", "probabilities"]] = "classes"
    is_share: ClassVar[bool] = True
    needs_several: ClassVar[bool] = True

    name: Literal["top_k_accuracy"] = "top_k_accuracy"
    k: int = Field(5, ge=1, le=1000, title="k", description="How many of the most probable classes count.")

    @property
    def label(self) -> str:
        """With the number of classes."""
        return f"Top-{self.k} accuracy"

"""Cosine similarity."""

from typing import ClassVar, Literal

from blockwright.recipe.metrics.metric import Metric


class CosineSimilarity(Metric):
    """Cosine similarity."""

    title: ClassVar[str] = "Cosine similarity"
    help: ClassVar[str] = (
        "How far the values of each example point in the true direction: 1 is the same direction, 0 "
        "is unrelated."
    )
    keras_class: ClassVar[str] = "metrics.CosineSimilarity"
    kinds: ClassVar[tuple[str, ...]] = ("number", "reconstruction", "classes", "tags")
    reads: ClassVar[Literal["classes", "probabilities"]] = "classes"
    needs_several: ClassVar[bool] = True

    name: Literal["cosine_similarity"] = "cosine_similarity"

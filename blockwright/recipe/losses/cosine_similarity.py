"""Cosine similarity loss."""

from typing import ClassVar, Literal

from blockwright.recipe.losses.loss import Loss


class CosineSimilarity(Loss):
    """Cosine similarity loss."""

    title: ClassVar[str] = "Cosine similarity loss"
    help: ClassVar[str] = (
        "Minus the cosine between the values and the true ones: only the direction counts, and -1 is perfect."
    )
    keras_class: ClassVar[str] = "losses.CosineSimilarity"
    axis_title: ClassVar[str] = "Loss (negative cosine similarity)"
    kinds: ClassVar[tuple[str, ...]] = ("classes", "number", "reconstruction")
    needs_several: ClassVar[bool] = True

    name: Literal["cosine_similarity"] = "cosine_similarity"

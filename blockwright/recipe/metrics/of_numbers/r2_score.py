"""R2 score."""

from typing import ClassVar, Literal

from blockwright.recipe.metrics.metric import Metric


class R2Score(Metric):
    """R2 score."""

    title: ClassVar[str] = "R2 score"
    help: ClassVar[str] = (
        "The share of the variance that is explained: 1 is perfect, 0 is no better than always "
        "predicting the mean."
    )
    keras_class: ClassVar[str] = "metrics.R2Score"
    kinds: ClassVar[tuple[str, ...]] = ("number",)
    needs_vectors: ClassVar[bool] = True

    name: Literal["r2_score"] = "r2_score"

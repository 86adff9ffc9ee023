"""AUC, the area under the curve."""

from typing import ClassVar, Literal

from pydantic import Field

from blockwright.recipe.metrics.metric import Metric


class AUC(Metric):
    """AUC, the area under the curve."""

    title: ClassVar[str] = "AUC"
    help: ClassVar[str] = (
        "The area under the curve, by how well the probabilities rank: of the ROC curve it is the chance that a true "
        "class or tag has a higher probability than a false one."
    )
    keras_class: ClassVar[str] = "metrics.AUC"
    kinds: ClassVar[tuple[str, ...]] = ("classes", "tags")
    is_share: ClassVar[bool] = True

    name: Literal["auc"] = "auc"
    curve: Literal["ROC", "PR"] = Field(
        "ROC",
        title="Curve",
        description="ROC: true against false positives. PR: precision against recall, which shows "
        "more where positives are rare.",
    )
    num_thresholds: int = Field(
        200,
        ge=2,
        le=10000,
        title="Thresholds",
        description="At how many thresholds between 0 and 1 it is measured; more are more exact and slower.",
    )

"""Mean intersection over union."""

from typing import Any, ClassVar, Literal

from blockwright.recipe.metrics.metric import Metric


class MeanIoU(Metric):
    """Mean intersection over union."""

    title: ClassVar[str] = "Mean intersection over union"
    help: ClassVar[str] = (
        "The mean over all classes of the examples that are rightly of a class, divided by those that "
        "are of it or predicted as it."
    )
    keras_class: ClassVar[str] = "metrics.OneHotMeanIoU"
    kinds: ClassVar[tuple[str, ...]] = ("classes",)
    reads: ClassVar[Literal["classes", "probabilities"]] = "classes"
    is_share: ClassVar[bool] = True

    name: Literal["mean_iou"] = "mean_iou"

    def output_arguments(self, kind: str, units: int) -> dict[str, Any]:
        """How many classes there are."""
        return {"num_classes": max(2, units)}

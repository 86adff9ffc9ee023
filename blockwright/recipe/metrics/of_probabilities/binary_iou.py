"""Binary intersection over union."""

from typing import ClassVar, Literal

from pydantic import Field

from blockwright.recipe.metrics.metric import Metric


class BinaryIoU(Metric):
    """Binary intersection over union."""

    title: ClassVar[str] = "Binary intersection over union"
    help: ClassVar[str] = (
        "What is rightly predicted, divided by what is there or predicted; the mean for present and "
        "absent classes or tags."
    )
    keras_class: ClassVar[str] = "metrics.BinaryIoU"
    kinds: ClassVar[tuple[str, ...]] = ("classes", "tags")
    is_share: ClassVar[bool] = True

    name: Literal["binary_iou"] = "binary_iou"
    threshold: float = Field(
        0.5,
        ge=0,
        le=1,
        title="Threshold",
        description="From which probability on a class or a tag counts as predicted.",
    )

"""Huber loss."""

from typing import ClassVar, Literal

from pydantic import Field

from blockwright.recipe.losses.loss import Loss


class Huber(Loss):
    """Huber loss."""

    title: ClassVar[str] = "Huber loss"
    help: ClassVar[str] = (
        "Squared for small differences and absolute for large ones, so that outliers count less."
    )
    keras_class: ClassVar[str] = "losses.Huber"
    axis_title: ClassVar[str] = "Loss (Huber)"
    kinds: ClassVar[tuple[str, ...]] = ("tags", "number", "reconstruction")

    name: Literal["huber"] = "huber"
    delta: float = Field(
        1.0,
        gt=0,
        le=1000000.0,
        title="Delta",
        description="From which difference on the error counts absolutely.",
    )

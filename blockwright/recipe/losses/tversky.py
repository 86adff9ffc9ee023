"""Tversky loss."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from blockwright.recipe.losses.loss import Loss


class Tversky(Loss):
    """Tversky loss."""

    title: ClassVar[str] = "Tversky loss"
    help: ClassVar[str] = (
        "Like the Dice loss, with weights of its own for what is predicted wrongly and what is missed."
    )
    keras_class: ClassVar[str] = "losses.Tversky"
    axis_title: ClassVar[str] = "Loss (Tversky)"
    kinds: ClassVar[tuple[str, ...]] = ("tags", "reconstruction")
    needs_probabilities: ClassVar[bool] = True

    name: Literal["tversky"] = "tversky"
    alpha: float = Field(
        0.5, ge=0, le=10, title="Alpha", description="How much what is predicted wrongly counts."
    )
    beta: float = Field(0.5, ge=0, le=10, title="Beta", description="How much what is missed counts.")

    def output_arguments(self, shape: tuple[int, ...]) -> dict[str, Any]:
        """Each example by itself, so that the size of a batch does not matter."""
        return {"axis": tuple(range(1, len(shape) + 1))}

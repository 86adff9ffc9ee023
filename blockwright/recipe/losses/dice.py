"""Dice loss."""

from typing import Any, ClassVar, Literal

from blockwright.recipe.losses.loss import Loss


class Dice(Loss):
    """Dice loss."""

    title: ClassVar[str] = "Dice loss"
    help: ClassVar[str] = (
        "1 less the overlap of what is predicted with what is there, for masks and tags of which few are there."
    )
    keras_class: ClassVar[str] = "losses.Dice"
    axis_title: ClassVar[str] = "Loss (Dice)"
    kinds: ClassVar[tuple[str, ...]] = ("tags", "reconstruction")
    needs_probabilities: ClassVar[bool] = True

    name: Literal["dice"] = "dice"

    def output_arguments(self, shape: tuple[int, ...]) -> dict[str, Any]:
        """Each example by itself, so that the size of a batch does not matter."""
        return {"axis": tuple(range(1, len(shape) + 1))}

"""The optimizer Adamax."""

from typing import ClassVar, Literal

from blockwright.recipe.optimizers.optimizer import MomentOptimizer


class Adamax(MomentOptimizer):
    """`keras.optimizers.Adamax`."""

    title: ClassVar[str] = "Adamax"
    help: ClassVar[str] = (
        "A variant of Adam that divides by the largest recent gradient instead of the "
        "average. Suits embeddings and noisy gradients."
    )
    keras_class: ClassVar[str] = "optimizers.Adamax"

    name: Literal["adamax"] = "adamax"

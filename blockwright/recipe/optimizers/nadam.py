"""The optimizer Nadam."""

from typing import ClassVar, Literal

from blockwright.recipe.optimizers.optimizer import MomentOptimizer


class Nadam(MomentOptimizer):
    """`keras.optimizers.Nadam`."""

    title: ClassVar[str] = "Nadam"
    help: ClassVar[str] = "Adam with Nesterov momentum: it looks one step ahead along the average gradient."
    keras_class: ClassVar[str] = "optimizers.Nadam"

    name: Literal["nadam"] = "nadam"

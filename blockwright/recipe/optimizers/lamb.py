"""The optimizer Lamb."""

from typing import ClassVar, Literal

from blockwright.recipe.optimizers.optimizer import MomentOptimizer


class Lamb(MomentOptimizer):
    """`keras.optimizers.Lamb`."""

    title: ClassVar[str] = "Lamb"
    help: ClassVar[str] = (
        "Adam whose step is scaled by the size of each layer's weights. Made for very large batches."
    )
    keras_class: ClassVar[str] = "optimizers.Lamb"
    typical_rate: ClassVar[str] = "0.001 to 0.01"

    name: Literal["lamb"] = "lamb"

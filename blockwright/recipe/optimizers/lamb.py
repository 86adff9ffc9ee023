"""The optimizer Lamb."""

from typing import ClassVar, Literal

from pydantic import Field

from blockwright.recipe.optimizers.optimizer import EPSILON_HELP, Beta, Optimizer, Small


class Lamb(Optimizer):
    """`keras.optimizers.Lamb`."""

    title: ClassVar[str] = "Lamb"
    help: ClassVar[str] = (
        "Adam whose step is scaled by the size of each layer's weights. Made for very large batches."
    )
    keras_class: ClassVar[str] = "optimizers.Lamb"
    typical_rate: ClassVar[str] = "0.001 to 0.01"

    name: Literal["lamb"] = "lamb"
    beta_1: Beta = Field(
        0.9,
        title="Beta 1",
        description="How much of the average gradient each step keeps. Larger values make the steps smoother "
        "and slower to turn.",
    )
    beta_2: Beta = Field(
        0.999,
        title="Beta 2",
        description="How much of the average size of the gradients each step keeps. It sets how quickly the "
        "step size of each weight adapts.",
    )
    epsilon: Small = Field(1e-7, title="Epsilon", description=EPSILON_HELP)

"""The optimizer Nadam."""

from typing import ClassVar, Literal

from pydantic import Field

from blockwright.recipe.optimizers.optimizer import EPSILON_HELP, Beta, Optimizer, Small


class Nadam(Optimizer):
    """`keras.optimizers.Nadam`."""

    title: ClassVar[str] = "Nadam"
    help: ClassVar[str] = "Adam with Nesterov momentum: it looks one step ahead along the average gradient."
    keras_class: ClassVar[str] = "optimizers.Nadam"

    name: Literal["nadam"] = "nadam"
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

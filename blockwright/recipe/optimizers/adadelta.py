"""The optimizer Adadelta."""

from typing import ClassVar, Literal

from pydantic import Field

from blockwright.recipe.optimizers.optimizer import EPSILON_HELP, Beta, Optimizer, Small


class Adadelta(Optimizer):
    """`keras.optimizers.Adadelta`."""

    title: ClassVar[str] = "Adadelta"
    help: ClassVar[str] = (
        "Adapts the step of each weight to its recent gradients. It is made for a learning rate of about 1."
    )
    keras_class: ClassVar[str] = "optimizers.Adadelta"
    usual: ClassVar[tuple[str, ...]] = ("rho",)
    typical_rate: ClassVar[str] = "1"

    name: Literal["adadelta"] = "adadelta"
    rho: Beta = Field(
        0.95, title="Rho", description="How much of the average size of gradients and steps each step keeps."
    )
    epsilon: Small = Field(1e-7, title="Epsilon", description=EPSILON_HELP)

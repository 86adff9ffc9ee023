"""The optimizer RMSprop."""

from typing import ClassVar, Literal

from pydantic import Field, StrictBool

from blockwright.recipe.optimizers.optimizer import EPSILON_HELP, Beta, Optimizer, Small


class RMSprop(Optimizer):
    """`keras.optimizers.RMSprop`."""

    title: ClassVar[str] = "RMSprop"
    help: ClassVar[str] = (
        "Divides each step by the recent size of the gradient. Often used for recurrent networks."
    )
    keras_class: ClassVar[str] = "optimizers.RMSprop"
    usual: ClassVar[tuple[str, ...]] = ("rho", "momentum")

    name: Literal["rmsprop"] = "rmsprop"
    rho: Beta = Field(
        0.9, title="Rho", description="How much of the average size of the gradients each step keeps."
    )
    momentum: Beta = Field(
        0.0, title="Momentum", description="How much of the last step each step keeps; 0 for none."
    )
    epsilon: Small = Field(1e-7, title="Epsilon", description=EPSILON_HELP)
    centered: StrictBool = Field(
        False,
        title="Centered",
        description="Divides by the spread of the gradient around its average. A little steadier, with more "
        "memory.",
    )

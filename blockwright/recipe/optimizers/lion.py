"""The optimizer Lion."""

from typing import ClassVar, Literal

from pydantic import Field

from blockwright.recipe.optimizers.optimizer import Beta, Optimizer


class Lion(Optimizer):
    """`keras.optimizers.Lion`."""

    title: ClassVar[str] = "Lion"
    help: ClassVar[str] = (
        "Uses only the sign of the average gradient, so that every weight moves by the "
        "learning rate. Needs less memory than Adam and a 3 to 10 times smaller learning "
        "rate."
    )
    keras_class: ClassVar[str] = "optimizers.Lion"
    typical_rate: ClassVar[str] = "0.0001 to 0.0003"

    name: Literal["lion"] = "lion"
    beta_1: Beta = Field(
        0.9,
        title="Beta 1",
        description="How much the average gradient counts beside the gradient of the batch in each step.",
    )
    beta_2: Beta = Field(
        0.99, title="Beta 2", description="How much of the average gradient each step keeps."
    )

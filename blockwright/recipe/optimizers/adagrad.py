"""The optimizer Adagrad."""

from typing import ClassVar, Literal

from pydantic import Field

from blockwright.recipe.numbers import Number
from blockwright.recipe.optimizers.optimizer import EPSILON_HELP, Optimizer, Small


class Adagrad(Optimizer):
    """`keras.optimizers.Adagrad`."""

    title: ClassVar[str] = "Adagrad"
    help: ClassVar[str] = (
        "Makes the steps of a weight smaller the more it has already moved. Suits rare "
        "features, such as words."
    )
    keras_class: ClassVar[str] = "optimizers.Adagrad"
    usual: ClassVar[tuple[str, ...]] = ("initial_accumulator_value",)
    typical_rate: ClassVar[str] = "0.01 to 1"

    name: Literal["adagrad"] = "adagrad"
    initial_accumulator_value: Number = Field(
        0.1,
        ge=0,
        le=1e6,
        title="Initial accumulator",
        description="What the sum of squared gradients starts from. Larger values make the first steps "
        "smaller.",
    )
    epsilon: Small = Field(1e-7, title="Epsilon", description=EPSILON_HELP)

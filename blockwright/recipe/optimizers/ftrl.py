"""The optimizer Ftrl."""

from typing import ClassVar, Literal

from pydantic import Field

from blockwright.recipe.numbers import Number
from blockwright.recipe.optimizers.optimizer import Optimizer


class Ftrl(Optimizer):
    """`keras.optimizers.Ftrl`."""

    title: ClassVar[str] = "Ftrl"
    help: ClassVar[str] = (
        "Made for wide, shallow networks with many sparse features. Its penalties can set "
        "weights to exactly zero."
    )
    keras_class: ClassVar[str] = "optimizers.Ftrl"
    usual: ClassVar[tuple[str, ...]] = ("l1_regularization_strength", "l2_regularization_strength")
    typical_rate: ClassVar[str] = "0.001 to 0.1"

    name: Literal["ftrl"] = "ftrl"
    learning_rate_power: Number = Field(
        -0.5,
        ge=-10,
        le=0,
        title="Learning rate power",
        description="How the steps shrink with the gradients of a weight so far; 0 for not at all.",
    )
    initial_accumulator_value: Number = Field(
        0.1,
        ge=0,
        le=1e6,
        title="Initial accumulator",
        description="What the sum of squared gradients starts from. Larger values make the first steps "
        "smaller.",
    )
    l1_regularization_strength: Number = Field(
        0.0,
        ge=0,
        le=1e6,
        title="L1 penalty",
        description="How strongly small weights are set to exactly zero.",
    )
    l2_regularization_strength: Number = Field(
        0.0, ge=0, le=1e6, title="L2 penalty", description="How strongly all weights are pulled towards zero."
    )
    l2_shrinkage_regularization_strength: Number = Field(
        0.0,
        ge=0,
        le=1e6,
        title="L2 shrinkage",
        description="As the L2 penalty, but only for weights whose features occur in the batch.",
    )
    beta: Number = Field(
        0.0,
        ge=0,
        le=1e6,
        title="Beta",
        description="Makes the steps of all weights smaller, most of all the first.",
    )

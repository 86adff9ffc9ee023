"""The optimizer AdamW."""

from typing import ClassVar, Literal

from pydantic import Field, StrictBool

from blockwright.recipe.numbers import Number
from blockwright.recipe.optimizers.optimizer import EPSILON_HELP, Beta, Optimizer, Small


class AdamW(Optimizer):
    """`keras.optimizers.AdamW`."""

    title: ClassVar[str] = "AdamW"
    help: ClassVar[str] = (
        "Adam that also pulls the weights towards zero, which often helps on examples that it "
        "was not trained on."
    )
    keras_class: ClassVar[str] = "optimizers.AdamW"
    usual: ClassVar[tuple[str, ...]] = ("weight_decay",)

    name: Literal["adamw"] = "adamw"
    weight_decay: Number = Field(
        0.004,
        ge=0,
        le=1,
        title="Weight decay",
        description="How strongly each step pulls the weights towards zero; 0 for not at all.",
    )
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
    amsgrad: StrictBool = Field(
        False,
        title="AMSGrad",
        description="Never lets the step of a weight grow again, which can make training steadier.",
    )

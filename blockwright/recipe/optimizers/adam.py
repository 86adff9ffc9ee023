"""The optimizer Adam."""

from typing import ClassVar, Literal

from pydantic import Field, StrictBool

from blockwright.recipe.optimizers.optimizer import EPSILON_HELP, Beta, Optimizer, Small


class Adam(Optimizer):
    """`keras.optimizers.Adam`."""

    title: ClassVar[str] = "Adam"
    help: ClassVar[str] = (
        "Adapts the step of each weight to its recent gradients. Suits most networks without further choices."
    )
    keras_class: ClassVar[str] = "optimizers.Adam"

    name: Literal["adam"] = "adam"
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

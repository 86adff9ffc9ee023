"""The optimizer Adam."""

from typing import ClassVar, Literal

from pydantic import Field, StrictBool

from blockwright.recipe.optimizers.optimizer import MomentOptimizer


class Adam(MomentOptimizer):
    """`keras.optimizers.Adam`."""

    title: ClassVar[str] = "Adam"
    help: ClassVar[str] = (
        "Adapts the step of each weight to its recent gradients. Suits most networks without further choices."
    )
    keras_class: ClassVar[str] = "optimizers.Adam"

    name: Literal["adam"] = "adam"
    amsgrad: StrictBool = Field(
        False,
        title="AMSGrad",
        description="Never lets the step of a weight grow again, which can make training steadier.",
    )

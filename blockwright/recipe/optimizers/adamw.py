"""The optimizer AdamW."""

from typing import ClassVar, Literal

from pydantic import Field, StrictBool

from blockwright.recipe.numbers import Number
from blockwright.recipe.optimizers.optimizer import MomentOptimizer


class AdamW(MomentOptimizer):
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
    amsgrad: StrictBool = Field(
        False,
        title="AMSGrad",
        description="Never lets the step of a weight grow again, which can make training steadier.",
    )

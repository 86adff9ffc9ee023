"""The optimizer ScheduleFreeAdamW."""

from typing import ClassVar, Literal

from pydantic import Field

from blockwright.recipe.numbers import Number, Whole
from blockwright.recipe.optimizers.optimizer import EPSILON_HELP, Beta, Optimizer, Small


class ScheduleFreeAdamW(Optimizer):
    """`keras.optimizers.ScheduleFreeAdamW`."""

    title: ClassVar[str] = "ScheduleFreeAdamW"
    help: ClassVar[str] = (
        "AdamW that averages its own steps, so that the learning rate need not fall and the "
        "number of epochs need not be known. Use it with a constant learning rate."
    )
    keras_class: ClassVar[str] = "optimizers.ScheduleFreeAdamW"
    usual: ClassVar[tuple[str, ...]] = ("warmup_steps",)
    typical_rate: ClassVar[str] = "0.0025"

    name: Literal["schedule_free_adamw"] = "schedule_free_adamw"
    beta_1: Number = Field(
        0.9,
        gt=0,
        lt=1,
        title="Beta 1",
        description="How close the weights stay to the average of all steps so far.",
    )
    beta_2: Beta = Field(
        0.999,
        title="Beta 2",
        description="How much of the average size of the gradients each step keeps. It sets how quickly the "
        "step size of each weight adapts.",
    )
    epsilon: Small = Field(1e-8, title="Epsilon", description=EPSILON_HELP)
    warmup_steps: Whole = Field(
        0,
        ge=0,
        le=1_000_000,
        title="Warm-up steps",
        description="Over how many steps the learning rate rises from 0.",
    )

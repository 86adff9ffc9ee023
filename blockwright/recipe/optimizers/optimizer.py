"""What all optimizers have in common: weight decay, clipping, moving averages, accumulation."""

from typing import Annotated, ClassVar

from pydantic import Field, StrictBool, model_validator

from blockwright.recipe.member import Member
from blockwright.recipe.numbers import Number, Whole

Beta = Annotated[Number, Field(ge=0, lt=1)]
"""How much of a moving average each step keeps."""
Small = Annotated[Number, Field(gt=0, le=1)]
"""A small number that is added to avoid a division by zero."""

EPSILON_HELP = "A small number that avoids a division by zero. Larger values make the steps more cautious."


class Optimizer(Member):
    """One optimizer of Keras. The learning rate is a setting of its own, as schedules change it.

    Attributes:
        typical_rate: learning rates that suit it, in words.
    """

    typical_rate: ClassVar[str] = "0.001"

    weight_decay: Number | None = Field(
        None,
        ge=0,
        le=1,
        title="Weight decay",
        description="How strongly each step pulls the weights towards zero; empty for not at all.",
    )
    clipnorm: Number | None = Field(
        None,
        gt=0,
        le=1e12,
        title="Clip each gradient's norm",
        description="Shortens the gradient of each weight matrix to at most this length; empty for never. "
        "Prevents jumps after an unusual batch.",
    )
    clipvalue: Number | None = Field(
        None,
        gt=0,
        le=1e12,
        title="Clip gradient values",
        description="Limits each single number of the gradients to plus or minus this value; empty for never.",
    )
    global_clipnorm: Number | None = Field(
        None,
        gt=0,
        le=1e12,
        title="Clip the global norm",
        description="Shortens all gradients together to at most this length, so that their direction stays; "
        "empty for never. 1 is usual in recurrent networks.",
    )
    use_ema: StrictBool = Field(
        False,
        title="Average the weights",
        description="Keeps a moving average of the weights and uses it for the final network. The average is often "
        "a little better than the last weights. Validation during training still measures the weights themselves.",
    )
    ema_momentum: Beta = Field(
        0.99,
        title="Momentum of the average",
        description="How much of the moving average each step keeps: 0.99 averages about the last 100 steps. Used "
        "where the weights are averaged.",
    )
    ema_overwrite_frequency: Whole | None = Field(
        None,
        ge=1,
        le=1_000_000,
        title="Overwrite the weights every",
        description="After this many steps the weights become their average; empty for only at the end. Used where "
        "the weights are averaged.",
    )
    gradient_accumulation_steps: Whole | None = Field(
        None,
        ge=2,
        le=100_000,
        title="Accumulate gradients over",
        description="Averages the gradients of this many batches before it changes the weights, as a batch that many "
        "times larger would, without its memory; empty for one batch.",
    )

    @model_validator(mode="after")
    def _one_clipping(self) -> "Optimizer":
        clipping = [name for name in ("clipnorm", "clipvalue", "global_clipnorm") if getattr(self, name)]
        if len(clipping) > 1:
            raise ValueError(f"clips gradients in {len(clipping)} ways; keep one of {', '.join(clipping)}")
        return self


class MomentOptimizer(Optimizer):
    """An optimizer with moving averages of the gradients and of their size, as Adam has."""

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


COMMON = tuple(Optimizer.fields())
"""The arguments that every optimizer has."""

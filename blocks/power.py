"""A power of each number."""

from typing import Annotated

from keras import ops

from blocks.base import Block, Setting


class Power(Block):
    """Raises every number to the same power.

    When to use: to weigh large values more than small ones, as a focal factor does.

    Args:
        exponent: The power; with one that is no whole number the input must not be negative.

    Input shape:
        `(batch, ...)`, any

    Output shape:
        The shape of the input.
    """

    category = "Array operations"
    keeps_rank = True

    def __init__(
        self,
        exponent: Annotated[float, Setting("The power.", minimum=-100.0, maximum=100.0, step=0.5)] = 2.0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.exponent = exponent

    def call(self, inputs):
        return ops.power(inputs, self.exponent)

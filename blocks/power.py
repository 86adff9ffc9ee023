"""An element-wise power."""

from typing import Annotated

from keras import ops

from blocks.base import Block, Setting


class Power(Block):
    """Raises every element to the same power.

    When to use: to weight large values more than small ones, as in a focal loss.

    Args:
        exponent: The exponent; unless it is an integer, the input must not be negative.

    Input shape:
        `(batch, ...)`, any shape

    Output shape:
        The shape of the input.
    """

    category = "Array operations"
    keeps_rank = True

    def __init__(
        self,
        exponent: Annotated[float, Setting("The exponent.", minimum=-100.0, maximum=100.0, step=0.5)] = 2.0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.exponent = exponent

    def call(self, inputs):
        return ops.power(inputs, self.exponent)

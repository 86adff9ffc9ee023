"""Clipping values to a range."""

from typing import Annotated

from keras import ops

from blocks.base import Block, Setting


class Clip(Block):
    """Clips values to the range from `minimum` to `maximum`.

    When to use: to keep values in a valid range, such as above 0 before a logarithm.

    Args:
        minimum: The lower bound; None for no bound.
        maximum: The upper bound; None for no bound.

    Input shape:
        `(batch, ...)`, any shape

    Output shape:
        The shape of the input.
    """

    category = "Array operations"
    keeps_rank = True

    def __init__(
        self,
        minimum: Annotated[
            float | None, Setting("The lower bound; leave empty for none.", minimum=-1e9, maximum=1e9)
        ] = 0.0,
        maximum: Annotated[
            float | None, Setting("The upper bound; leave empty for none.", minimum=-1e9, maximum=1e9)
        ] = 1.0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.minimum = minimum
        self.maximum = maximum

    @classmethod
    def argument_problem(cls, params, shapes):
        low, high = params["minimum"], params["maximum"]
        if low is not None and high is not None and low > high:
            return f"`minimum` must not be above `maximum`. Received: minimum={low:g}, maximum={high:g}."
        return None

    def call(self, inputs):
        above = inputs if self.minimum is None else ops.maximum(inputs, self.minimum)
        return above if self.maximum is None else ops.minimum(above, self.maximum)

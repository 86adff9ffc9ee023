"""One dimension more."""

from typing import Annotated

from keras import ops

from blocks.base import Block, Setting


class ExpandDims(Block):
    """Puts in a dimension of size 1.

    When to use: before merging with something that has one dimension more, or to make a picture of numbers
    without channels.

    Args:
        axis: Where the new dimension stands, the batch being 0; -1 puts it last.

    Input shape:
        `(batch, ...)`, any

    Output shape:
        The shape of the input with a 1 put in.
    """

    category = "Array operations"

    def __init__(
        self,
        axis: Annotated[
            int, Setting("Where the new dimension stands; -1 is last.", minimum=-5, maximum=5)
        ] = 1,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.axis = axis

    @classmethod
    def output_rank(cls, params, rank):
        return rank + 1

    @classmethod
    def argument_problem(cls, params, shapes):
        rank, axis = len(shapes[0]), params["axis"]
        if axis == 0 or not -rank <= axis <= rank:
            return f"`axis` must be 1 to {rank}, or -1 for the last; 0 is the batch. Received: axis={axis}."
        return None

    def call(self, inputs):
        return ops.expand_dims(inputs, self.axis)

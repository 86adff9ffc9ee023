"""Adding a dimension."""

from typing import Annotated

from keras import ops

from blocks.base import Block, Setting


class ExpandDims(Block):
    """Inserts a dimension of size 1.

    When to use: before merging with a tensor that has one more dimension, or to add a channel axis to an
    image.

    Args:
        axis: Index of the new axis; 0 is the batch, -1 adds it as the last axis.

    Input shape:
        `(batch, ...)`, any shape

    Output shape:
        The shape of the input with an axis of size 1 inserted.
    """

    category = "Array operations"

    def __init__(
        self,
        axis: Annotated[int, Setting("Index of the new axis; -1 is last.", minimum=-5, maximum=5)] = 1,
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

"""One place of a dimension, without the others."""

from typing import Annotated

from keras import ops

from blocks.base import Block, Setting


class Pick(Block):
    """Takes one place along one dimension, which is then gone, as `x[:, 0]` does.

    When to use: for the last step of a sequence, or for the first token, which in a transformer stands for all.

    Args:
        axis: Which dimension, the batch being 0; -1 is the last.
        index: Which place, from 0; -1 is the last one.

    Input shape:
        `(batch, ..., size, ...)`

    Output shape:
        The shape of the input without that dimension.
    """

    category = "Array operations"

    def __init__(
        self,
        axis: Annotated[
            int, Setting("Which dimension, the batch being 0; -1 is the last.", minimum=-5, maximum=5)
        ] = 1,
        index: Annotated[
            int, Setting("Which place, from 0; -1 is the last.", minimum=-100_000, maximum=100_000)
        ] = 0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.axis = axis
        self.index = index

    def call(self, inputs):
        return ops.take(inputs, self.index, axis=self.axis)

"""Selecting one index along an axis."""

from typing import Annotated

from keras import ops

from blocks.base import Block, Setting
from blockwright.layers.declaration.axes import axis_positions


class Pick(Block):
    """Selects one index along an axis and removes the axis, like `x[:, 0]`.

    When to use: for the last step of a sequence, or for the first token of a transformer, which represents the
    sequence.

    Args:
        axis: The axis; 0 is the batch, -1 the last axis.
        index: Index along the axis, from 0; -1 is the last.

    Input shape:
        `(batch, ..., size, ...)`

    Output shape:
        The shape of the input without that axis.
    """

    category = "Array operations"

    def __init__(
        self,
        axis: Annotated[
            int, Setting("The axis; 0 is the batch, -1 the last axis.", minimum=-5, maximum=5)
        ] = 1,
        index: Annotated[
            int, Setting("Index along the axis, from 0; -1 is the last.", minimum=-100_000, maximum=100_000)
        ] = 0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.axis = axis
        self.index = index

    @classmethod
    def output_rank(cls, params, rank):
        return rank - 1

    @classmethod
    def argument_problem(cls, params, shapes):
        positions = axis_positions(params["axis"], shapes[0])
        if isinstance(positions, str):
            return positions
        size, index = shapes[0][positions[0]], params["index"]
        if size is not None and not -size <= index < size:
            return f"`index` must be {-size} to {size - 1}, for that dimension has {size}. Received: index={index}."
        return None

    def call(self, inputs):
        return ops.take(inputs, self.index, axis=self.axis)

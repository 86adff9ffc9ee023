"""One number in place of many, along chosen dimensions."""

from typing import Annotated

from keras import ops

from blocks.base import Block, Setting
from blockwright.layers.axes import axis_rule
from blockwright.layers.shapes import as_list
from blockwright.schema.signature import Integers


class Reduce(Block):
    """Takes the mean, the sum or the like along one dimension or several.

    When to use: to sum weighted steps, or for a mean over channels; over all places of an image the global
    poolings do the same.

    Args:
        operation: What becomes of the numbers: their mean, sum, largest, and so on; "norm" is the square root of the
            sum of their squares.
        axis: Which dimension, or a list of them, the batch being 0; -1 is the last.
        keepdims: Whether the dimensions stay, with size 1.

    Input shape:
        `(batch, ...)`, any

    Output shape:
        The shape of the input without these dimensions, or with 1 in their place.
    """

    category = "Array operations"

    def __init__(
        self,
        operation: Annotated[
            str,
            Setting(
                "What becomes of the numbers.",
                choices=("mean", "sum", "max", "min", "prod", "std", "var", "norm", "logsumexp"),
            ),
        ] = "mean",
        axis: Annotated[
            Integers,
            Setting("Which dimensions, the batch being 0; -1 is the last.", minimum=-5, maximum=5, most=5),
        ] = 1,
        keepdims: Annotated[bool, Setting("Keep the dimensions, with size 1.")] = False,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.operation = operation
        self.axis = axis
        self.keepdims = keepdims

    @classmethod
    def output_rank(cls, params, rank):
        return rank if params["keepdims"] else rank - len(as_list(params["axis"]))

    @classmethod
    def argument_problem(cls, params, shapes):
        return axis_rule(params, shapes)

    def call(self, inputs):
        axis = self.axis if isinstance(self.axis, int) else tuple(self.axis)
        return getattr(ops, self.operation)(inputs, axis=axis, keepdims=self.keepdims)

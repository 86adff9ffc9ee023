"""Reducing axes to one value."""

from typing import Annotated

from keras import ops

from blocks.base import Block, Setting
from blockwright.layers.declaration.axes import axis_rule
from blockwright.layers.declaration.shapes import as_list
from blockwright.schema.signature import Integers


class Reduce(Block):
    """Reduces one or more axes with a mean, a sum or another operation.

    When to use: to sum weighted steps, or to average channels. To reduce all pixels of an image, use a global
    pooling layer.

    Args:
        operation: The reduction: "mean", "sum", "max" and so on; "norm" is the Euclidean norm.
        axis: The axis to reduce, or a list of axes; 0 is the batch, -1 the last axis.
        keepdims: Whether to keep the axes with size 1.

    Input shape:
        `(batch, ...)`, any shape

    Output shape:
        The shape of the input without these axes, or with size 1 in their place.
    """

    category = "Array operations"

    def __init__(
        self,
        operation: Annotated[
            str,
            Setting(
                "The reduction.",
                choices=("mean", "sum", "max", "min", "prod", "std", "var", "norm", "logsumexp"),
            ),
        ] = "mean",
        axis: Annotated[
            Integers,
            Setting("The axes to reduce; 0 is the batch, -1 the last axis.", minimum=-5, maximum=5, most=5),
        ] = 1,
        keepdims: Annotated[bool, Setting("Keep the axes with size 1.")] = False,
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

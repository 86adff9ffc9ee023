"""The product of two matrices."""

from keras import ops

from blocks.base import Block


class MatMul(Block):
    """Multiplies two matrices.

    When to use: for custom attention: queries times keys, and the scores times values.

    Args:
        None.

    Input shape:
        `(batch, ..., rows, inner)` and `(batch, ..., inner, columns)`

    Output shape:
        `(batch, ..., rows, columns)`
    """

    category = "Array operations"
    keeps_rank = True
    min_inputs = 2
    max_inputs = 2
    examples = (
        ((12, 3, 4), (12, 4, 3)),
        ((7, 5), (5, 2)),
        ((6, 6), (6, 6)),
    )

    def __init__(self, **kwargs):
        super().__init__(**kwargs)

    @classmethod
    def argument_problem(cls, params, shapes):
        left, right = shapes
        if len(left) < 3 or len(left) != len(right):
            return "It multiplies matrices (batch, ..., rows, columns), as many of them on both sides."
        if None not in (left[-1], right[-2]) and left[-1] != right[-2]:
            return f"The first one has {left[-1]:,} columns, but the second {right[-2]:,} rows; both must be the same."
        return None

    def call(self, inputs):
        left, right = inputs
        return ops.matmul(left, right)

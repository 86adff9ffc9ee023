"""Removing the mask of a sequence."""

from keras import ops

from blocks.base import Block


class DropMask(Block):
    """Returns the input without its mask, which marks the padding.

    When to use: to treat padding like any other step. Imported networks contain it where they use operations
    instead of layers, which ignore masks.

    Args:
        None.

    Input shape:
        `(batch, ...)`, any shape

    Output shape:
        The shape of the input.
    """

    category = "Array operations"
    keeps_rank = True

    def __init__(self, **kwargs):
        super().__init__(**kwargs)

    def call(self, inputs):
        return ops.copy(inputs)

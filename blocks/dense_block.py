"""Densely connected units."""

from typing import Annotated

from blocks.base import Block, Momentum, Setting, Start
from blocks.dense_unit import DenseUnit


class DenseBlock(Block):
    """A stack of DenseUnits: each adds channels and reads those of all units before it.

    When to use: in the body of an image network, with TransitionBlocks between, as in DenseNet. Features are
    reused by all later units, which saves parameters.

    Paper: Huang et al. 2016, Densely Connected Convolutional Networks, arXiv:1608.06993.

    Args:
        num_layers: Number of units.
        growth_rate: Number of channels that each unit adds.
        momentum: Momentum of the moving averages of batch normalization.

    Input shape:
        `(batch, height, width, channels)`

    Output shape:
        `(batch, height, width, channels + num_layers * growth_rate)`
    """

    def __init__(
        self,
        num_layers: Annotated[int, Setting("Number of units.", minimum=1, maximum=64), Start(4)],
        growth_rate: Annotated[
            int, Setting("Number of channels that each unit adds.", minimum=1, maximum=1024), Start(12)
        ],
        momentum: Momentum = 0.9,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.units = [DenseUnit(growth_rate, momentum=momentum) for _ in range(num_layers)]

    def call(self, inputs):
        x = inputs
        for unit in self.units:
            x = unit(x)
        return x

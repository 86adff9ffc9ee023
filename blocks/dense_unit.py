"""New channels concatenated with the input."""

from typing import Annotated

from keras import layers

from blocks.base import Block, Momentum, Setting, Start


class DenseUnit(Block):
    """A 1x1 and a 3x3 convolution whose output is concatenated with the input.

    When to use: stacked, as in a DenseBlock; each unit then reads the features of all units before it.

    Paper: Huang et al. 2016, Densely Connected Convolutional Networks, arXiv:1608.06993.

    Args:
        growth_rate: Number of channels to add. The 1x1 convolution has four times as many filters.
        momentum: Momentum of the moving averages of batch normalization.

    Input shape:
        `(batch, height, width, channels)`

    Output shape:
        `(batch, height, width, channels + growth_rate)`
    """

    def __init__(
        self,
        growth_rate: Annotated[
            int, Setting("Number of channels to add.", minimum=1, maximum=1024), Start(32)
        ],
        momentum: Momentum = 0.9,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.norm_1 = layers.BatchNormalization(momentum=momentum)
        self.relu_1 = layers.ReLU()
        self.conv_1 = layers.Conv2D(4 * growth_rate, 1, use_bias=False)
        self.norm_2 = layers.BatchNormalization(momentum=momentum)
        self.relu_2 = layers.ReLU()
        self.conv_2 = layers.Conv2D(growth_rate, 3, padding="same", use_bias=False)
        self.concat = layers.Concatenate()

    def call(self, inputs):
        x = self.norm_1(inputs)
        x = self.relu_1(x)
        x = self.conv_1(x)
        x = self.norm_2(x)
        x = self.relu_2(x)
        x = self.conv_2(x)
        return self.concat([inputs, x])

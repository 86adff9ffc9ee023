"""A few new channels beside all that came in."""

from typing import Annotated

from keras import layers

from blocks.base import Block, Momentum, Setting, Start


class DenseUnit(Block):
    """A 1x1 and a 3x3 convolution that find a few new channels, put beside all the channels that came in.

    When to use: one after another, as a DenseBlock does; each then sees what all units before it found.

    Paper: Huang et al. 2016, Densely Connected Convolutional Networks, arXiv:1608.06993.

    Args:
        growth_rate: How many channels are added. The 1x1 convolution has four times as many filters.
        momentum: Of batch normalization's running averages.

    Input shape:
        `(batch, height, width, channels)`

    Output shape:
        `(batch, height, width, channels + growth_rate)`
    """

    def __init__(
        self,
        growth_rate: Annotated[
            int, Setting("How many channels are added.", minimum=1, maximum=1024), Start(32)
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

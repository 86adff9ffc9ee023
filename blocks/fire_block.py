"""A squeezing 1x1 convolution, then parallel 1x1 and 3x3 convolutions."""

from typing import Annotated

from keras import layers

from blocks.base import BatchNormalized, Block, Filters, Momentum, Setting, Start
from blocks.conv_block import ConvBlock


class FireBlock(Block):
    """A 1x1 convolution reduces the channels, followed by parallel 1x1 and 3x3 convolutions.

    When to use: for networks with few parameters, as SqueezeNet. The 3x3 convolution is cheap because it
    reads few channels.

    Paper: Iandola et al. 2016, SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB model
    size, arXiv:1602.07360.

    Args:
        filters_squeeze: Number of channels after squeezing.
        filters_1x1: Number of filters of the 1x1 convolution.
        filters_3x3: Number of filters of the 3x3 convolution.
        batch_normalization: Whether to apply batch normalization between each convolution and ReLU. The paper does not.
        momentum: Momentum of the moving averages of batch normalization.

    Input shape:
        `(batch, height, width, channels)`

    Output shape:
        `(batch, height, width, filters_1x1 + filters_3x3)`
    """

    def __init__(
        self,
        filters_squeeze: Annotated[
            int, Setting("Number of channels after squeezing.", minimum=1, maximum=4096), Start(16)
        ],
        filters_1x1: Filters,
        filters_3x3: Filters,
        batch_normalization: BatchNormalized = False,
        momentum: Momentum = 0.9,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.squeeze = ConvBlock(
            filters_squeeze, kernel_size=1, momentum=momentum, batch_normalization=batch_normalization
        )
        self.conv_1x1 = ConvBlock(
            filters_1x1, kernel_size=1, momentum=momentum, batch_normalization=batch_normalization
        )
        self.conv_3x3 = ConvBlock(
            filters_3x3, kernel_size=3, momentum=momentum, batch_normalization=batch_normalization
        )
        self.concat = layers.Concatenate()

    def call(self, inputs):
        x = self.squeeze(inputs)
        x_1x1 = self.conv_1x1(x)
        x_3x3 = self.conv_3x3(x)
        return self.concat([x_1x1, x_3x3])

"""Parallel 1x1 and 3x3 convolutions."""

from keras import layers

from blocks.base import BatchNormalized, Block, Filters, Momentum
from blocks.conv_block import ConvBlock


class InceptionBlock(Block):
    """Parallel 1x1 and 3x3 ConvBlocks, concatenated.

    When to use: in the body of an image network, where both single pixels and their neighbourhoods
    are informative. It keeps the size of the feature map.

    Paper: Szegedy et al. 2014, Going Deeper with Convolutions, arXiv:1409.4842; in this small form Zhang
    et al. 2017, Understanding deep learning requires rethinking generalization, arXiv:1611.03530.

    Args:
        filters_1x1: Number of filters of the 1x1 convolution.
        filters_3x3: Number of filters of the 3x3 convolution.
        momentum: Momentum of the moving averages of batch normalization, in both branches.
        batch_normalization: Whether both branches apply batch normalization between convolution and ReLU.

    Input shape:
        `(batch, height, width, channels)`

    Output shape:
        `(batch, height, width, filters_1x1 + filters_3x3)`
    """

    def __init__(
        self,
        filters_1x1: Filters,
        filters_3x3: Filters,
        momentum: Momentum = 0.9,
        batch_normalization: BatchNormalized = True,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.conv_1x1 = ConvBlock(
            filters_1x1, kernel_size=1, momentum=momentum, batch_normalization=batch_normalization
        )
        self.conv_3x3 = ConvBlock(
            filters_3x3, kernel_size=3, momentum=momentum, batch_normalization=batch_normalization
        )
        self.concat = layers.Concatenate()

    def call(self, inputs):
        x_1x1 = self.conv_1x1(inputs)
        x_3x3 = self.conv_3x3(inputs)
        return self.concat([x_1x1, x_3x3])

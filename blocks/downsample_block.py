"""A strided convolution beside max pooling."""

from keras import layers

from blocks.base import BatchNormalized, Block, Filters, Momentum
from blocks.conv_block import ConvBlock


class DownsampleBlock(Block):
    """A 3x3 ConvBlock of stride 2 beside 3x3 max pooling of stride 2, their channels concatenated.

    When to use: between stages of a network, to halve the feature map with both a convolution and
    pooling. It does not pad, so it needs at least 3 x 3 pixels.

    Paper: Zhang et al. 2017, Understanding deep learning requires rethinking generalization,
    arXiv:1611.03530, after Szegedy et al. 2015, arXiv:1512.00567.

    Args:
        filters: Number of filters of the convolution; pooling adds the input channels.
        momentum: Momentum of the moving averages of batch normalization.
        batch_normalization: Whether the ConvBlock applies batch normalization between convolution and ReLU.

    Input shape:
        `(batch, height, width, channels)`, height and width at least 3

    Output shape:
        `(batch, (height - 1) // 2, (width - 1) // 2, filters + channels)`
    """

    def __init__(
        self,
        filters: Filters,
        momentum: Momentum = 0.9,
        batch_normalization: BatchNormalized = True,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.conv = ConvBlock(
            filters,
            kernel_size=3,
            strides=2,
            padding="valid",
            momentum=momentum,
            batch_normalization=batch_normalization,
        )
        self.pool = layers.MaxPooling2D(pool_size=3, strides=2)
        self.concat = layers.Concatenate()

    def call(self, inputs):
        x_conv = self.conv(inputs)
        x_pool = self.pool(inputs)
        return self.concat([x_conv, x_pool])

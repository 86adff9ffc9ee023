"""Three convolutions with a shortcut around the first two."""

from typing import Annotated

from keras import layers

from blocks.base import BatchNormalized, Block, Filters, Momentum, Setting, Size
from blocks.conv_block import ConvBlock


class ResidualBlock(Block):
    """Three 3x3 ConvBlocks; a convolution of the input is added after the second; then max pooling.

    When to use: for deeper networks. The shortcut lets the gradient bypass the convolutions, so that
    more of them can be stacked.

    Paper: He et al. 2015, Deep Residual Learning for Image Recognition, arXiv:1512.03385.

    Args:
        filters_1: Number of filters of the first ConvBlock.
        filters_2: Number of filters of the second ConvBlock and of the shortcut, which are added.
        filters_3: Number of filters of the third ConvBlock: the output channels.
        shortcut_kernel_size: Height and width of the kernel of the shortcut: an integer or a pair.
            1 only matches the channels; 3 costs nine times the parameters.
        pool: Whether 2x2 max pooling ends the block and halves the feature map.
        momentum: Momentum of the moving averages of batch normalization, in all three ConvBlocks.
        batch_normalization: Whether the three ConvBlocks apply batch normalization between convolution and ReLU.

    Input shape:
        `(batch, height, width, channels)`, height and width at least 2 with pooling

    Output shape:
        `(batch, height // 2, width // 2, filters_3)`, or `(batch, height, width, filters_3)` without pooling
    """

    def __init__(
        self,
        filters_1: Filters,
        filters_2: Filters,
        filters_3: Filters,
        shortcut_kernel_size: Annotated[
            Size, Setting("Height and width of the kernel of the shortcut.", minimum=1, maximum=64)
        ] = 1,
        pool: Annotated[bool, Setting("End with 2x2 max pooling, which halves the feature map.")] = True,
        momentum: Momentum = 0.9,
        batch_normalization: BatchNormalized = True,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.conv_1 = ConvBlock(filters_1, momentum=momentum, batch_normalization=batch_normalization)
        self.conv_2 = ConvBlock(filters_2, momentum=momentum, batch_normalization=batch_normalization)
        self.shortcut = layers.Conv2D(filters_2, shortcut_kernel_size, padding="same")
        self.add = layers.Add()
        self.conv_3 = ConvBlock(filters_3, momentum=momentum, batch_normalization=batch_normalization)
        self.pool = layers.MaxPooling2D(pool_size=2) if pool else None

    def call(self, inputs):
        x = self.conv_1(inputs)
        x = self.conv_2(x)
        x = self.add([x, self.shortcut(inputs)])
        x = self.conv_3(x)
        return x if self.pool is None else self.pool(x)

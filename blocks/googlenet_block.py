"""Four parallel branches."""

from typing import Annotated

from keras import layers

from blocks.base import BatchNormalized, Block, Filters, Momentum, Setting, Start
from blocks.conv_block import ConvBlock


class GoogLeNetBlock(Block):
    """Parallel 1x1, 3x3 and 5x5 convolutions and max pooling, concatenated.

    When to use: in the body of an image network, to detect features of several sizes. 1x1
    convolutions before the 3x3 and 5x5 ones and after the pooling keep it cheap. It keeps the size of the
    feature map.

    Paper: Szegedy et al. 2014, Going Deeper with Convolutions, arXiv:1409.4842.

    Args:
        filters_1x1: Number of filters of the 1x1 convolution.
        filters_3x3_reduce: Number of channels before the 3x3 convolution.
        filters_3x3: Number of filters of the 3x3 convolution.
        filters_5x5_reduce: Number of channels before the 5x5 convolution.
        filters_5x5: Number of filters of the 5x5 convolution.
        filters_pool: Number of channels after the pooling.
        batch_normalization: Whether to apply batch normalization between each convolution and ReLU. The paper does not.
        momentum: Momentum of the moving averages of batch normalization.

    Input shape:
        `(batch, height, width, channels)`

    Output shape:
        `(batch, height, width, filters_1x1 + filters_3x3 + filters_5x5 + filters_pool)`
    """

    def __init__(
        self,
        filters_1x1: Filters,
        filters_3x3_reduce: Filters,
        filters_3x3: Filters,
        filters_5x5_reduce: Annotated[
            int, Setting("Number of channels before the 5x5 convolution.", minimum=1, maximum=4096), Start(8)
        ],
        filters_5x5: Annotated[
            int, Setting("Number of filters of the 5x5 convolution.", minimum=1, maximum=4096), Start(16)
        ],
        filters_pool: Annotated[
            int, Setting("Number of channels after the pooling.", minimum=1, maximum=4096), Start(16)
        ],
        batch_normalization: BatchNormalized = False,
        momentum: Momentum = 0.9,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.conv_1x1 = ConvBlock(
            filters_1x1, kernel_size=1, momentum=momentum, batch_normalization=batch_normalization
        )
        self.reduce_3x3 = ConvBlock(
            filters_3x3_reduce, kernel_size=1, momentum=momentum, batch_normalization=batch_normalization
        )
        self.conv_3x3 = ConvBlock(
            filters_3x3, kernel_size=3, momentum=momentum, batch_normalization=batch_normalization
        )
        self.reduce_5x5 = ConvBlock(
            filters_5x5_reduce, kernel_size=1, momentum=momentum, batch_normalization=batch_normalization
        )
        self.conv_5x5 = ConvBlock(
            filters_5x5, kernel_size=5, momentum=momentum, batch_normalization=batch_normalization
        )
        self.pool = layers.MaxPooling2D(pool_size=3, strides=1, padding="same")
        self.conv_pool = ConvBlock(
            filters_pool, kernel_size=1, momentum=momentum, batch_normalization=batch_normalization
        )
        self.concat = layers.Concatenate()

    def call(self, inputs):
        x_1x1 = self.conv_1x1(inputs)
        x_3x3 = self.conv_3x3(self.reduce_3x3(inputs))
        x_5x5 = self.conv_5x5(self.reduce_5x5(inputs))
        x_pool = self.conv_pool(self.pool(inputs))
        return self.concat([x_1x1, x_3x3, x_5x5, x_pool])

"""Four branches side by side."""

from typing import Annotated

from keras import layers

from blocks.base import BatchNormalized, Block, Filters, Momentum, Setting, Start
from blocks.conv_block import ConvBlock


class GoogLeNetBlock(Block):
    """1x1, 3x3 and 5x5 convolutions and max pooling side by side, their channels concatenated.

    When to use: in the body of an image network, where things of several sizes are to be found. 1x1
    convolutions before the 3x3 and 5x5 ones and behind the pooling keep it cheap. It keeps the size of the
    feature map.

    Paper: Szegedy et al. 2014, Going Deeper with Convolutions, arXiv:1409.4842.

    Args:
        filters_1x1: How many filters look at one pixel.
        filters_3x3_reduce: How many channels are left for the 3x3 convolution.
        filters_3x3: How many filters look at 3x3 pixels.
        filters_5x5_reduce: How many channels are left for the 5x5 convolution.
        filters_5x5: How many filters look at 5x5 pixels.
        filters_pool: How many channels are left behind the pooling.
        batch_normalization: Whether to normalize between each convolution and ReLU. The paper does not.
        momentum: Of batch normalization's running averages.

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
            int, Setting("How many channels are left for the 5x5 filters.", minimum=1, maximum=4096), Start(8)
        ],
        filters_5x5: Annotated[
            int, Setting("How many filters look at 5x5 pixels.", minimum=1, maximum=4096), Start(16)
        ],
        filters_pool: Annotated[
            int, Setting("How many channels are left behind the pooling.", minimum=1, maximum=4096), Start(16)
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

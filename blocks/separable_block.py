"""A depthwise and a 1x1 convolution, each normalized and activated."""

from typing import Annotated

from keras import layers

from blocks.base import Block, Filters, Momentum, Setting


class SeparableBlock(Block):
    """A depthwise 3x3 and a 1x1 convolution with batch normalization and ReLU6: the block of MobileNet.

    When to use: for small or fast networks. Filtering and mixing channels are separate
    steps, which together cost eight to nine times less than one 3x3 convolution.

    Paper: Howard et al. 2017, MobileNets: Efficient Convolutional Neural Networks for Mobile Vision
    Applications, arXiv:1704.04861.

    Args:
        filters: Number of filters of the 1x1 convolution: the output channels.
        strides: Strides of the depthwise convolution; 2 halves the feature map.
        momentum: Momentum of the moving averages of batch normalization.

    Input shape:
        `(batch, height, width, channels)`

    Output shape:
        `(batch, height, width, filters)`, height and width divided by `strides` and rounded up
    """

    def __init__(
        self,
        filters: Filters,
        strides: Annotated[
            int,
            Setting("Strides of the depthwise convolution; 2 halves the feature map.", minimum=1, maximum=8),
        ] = 1,
        momentum: Momentum = 0.9,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.depthwise = layers.DepthwiseConv2D(3, strides=strides, padding="same", use_bias=False)
        self.depthwise_norm = layers.BatchNormalization(momentum=momentum)
        self.depthwise_relu = layers.ReLU(max_value=6)
        self.pointwise = layers.Conv2D(filters, 1, use_bias=False)
        self.pointwise_norm = layers.BatchNormalization(momentum=momentum)
        self.pointwise_relu = layers.ReLU(max_value=6)

    def call(self, inputs):
        x = self.depthwise(inputs)
        x = self.depthwise_norm(x)
        x = self.depthwise_relu(x)
        x = self.pointwise(x)
        x = self.pointwise_norm(x)
        return self.pointwise_relu(x)

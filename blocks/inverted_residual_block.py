"""A wide depthwise convolution between two 1x1 convolutions, with a shortcut."""

from typing import Annotated

from keras import layers

from blocks.base import Block, Momentum, Setting, Start


class InvertedResidualBlock(Block):
    """A 1x1 convolution that expands the channels, a depthwise one, and a 1x1 one that reduces them.

    When to use: for small or fast networks, as in MobileNetV2. The input is added if the size and the
    channels stay the same. No ReLU follows the last convolution, which would lose information.

    Paper: Sandler et al. 2018, MobileNetV2: Inverted Residuals and Linear Bottlenecks, arXiv:1801.04381.

    Args:
        filters: Number of output channels.
        expansion: Factor by which the middle has more channels than the input; 1 for no expansion.
        strides: Strides of the depthwise convolution; 2 halves the feature map.
        momentum: Momentum of the moving averages of batch normalization.

    Input shape:
        `(batch, height, width, channels)`

    Output shape:
        `(batch, height, width, filters)`, height and width divided by `strides` and rounded up
    """

    examples = ((12, 12, 16), (17, 9, 1), (28, 28, 4))

    def __init__(
        self,
        filters: Annotated[int, Setting("Number of output channels.", minimum=1, maximum=4096), Start(16)],
        expansion: Annotated[
            int,
            Setting("Factor by which the middle has more channels than the input.", minimum=1, maximum=16),
        ] = 6,
        strides: Annotated[
            int,
            Setting("Strides of the depthwise convolution; 2 halves the feature map.", minimum=1, maximum=8),
        ] = 1,
        momentum: Momentum = 0.9,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.filters = filters
        self.expansion = expansion
        self.strides = strides
        self.momentum = momentum
        self.depthwise = layers.DepthwiseConv2D(3, strides=strides, padding="same", use_bias=False)
        self.depthwise_norm = layers.BatchNormalization(momentum=momentum)
        self.depthwise_relu = layers.ReLU(max_value=6)
        self.project = layers.Conv2D(filters, 1, use_bias=False)
        self.project_norm = layers.BatchNormalization(momentum=momentum)

    def make_parts(self, input_shape):
        channels = input_shape[-1]
        self.widen = None
        if self.expansion > 1:
            self.widen = layers.Conv2D(self.expansion * channels, 1, use_bias=False)
            self.widen_norm = layers.BatchNormalization(momentum=self.momentum)
            self.widen_relu = layers.ReLU(max_value=6)
        fits = self.strides == 1 and channels == self.filters
        self.add = layers.Add() if fits else None

    def call(self, inputs):
        x = inputs
        if self.widen is not None:
            x = self.widen_relu(self.widen_norm(self.widen(x)))
        x = self.depthwise_relu(self.depthwise_norm(self.depthwise(x)))
        x = self.project_norm(self.project(x))
        return x if self.add is None else self.add([inputs, x])

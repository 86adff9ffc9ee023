"""A wide depthwise convolution between two narrow ends, with a shortcut."""

from typing import Annotated

from keras import layers

from blocks.base import Block, Momentum, Setting, Start


class InvertedResidualBlock(Block):
    """Widen by a 1x1 convolution, look around by a depthwise one, narrow again; the narrow ends are added.

    When to use: where a network must be small or quick, as in MobileNetV2. The input is added where the size
    and the channels stay the same, and no ReLU follows the narrow end, which would lose too much of it.

    Paper: Sandler et al. 2018, MobileNetV2: Inverted Residuals and Linear Bottlenecks, arXiv:1801.04381.

    Args:
        filters: How many channels come out of the narrow end.
        expansion: How many times as many channels the middle has as come in; 1 leaves the widening out.
        strides: How far the depthwise convolution moves at each step; 2 halves the feature map.
        momentum: Of batch normalization's running averages.

    Input shape:
        `(batch, height, width, channels)`

    Output shape:
        `(batch, height, width, filters)`, height and width divided by `strides` and rounded up
    """

    examples = ((12, 12, 16), (17, 9, 1), (28, 28, 4))

    def __init__(
        self,
        filters: Annotated[
            int, Setting("How many channels come out of the narrow end.", minimum=1, maximum=4096), Start(16)
        ],
        expansion: Annotated[
            int, Setting("How many times as many channels the middle has as come in.", minimum=1, maximum=16)
        ] = 6,
        strides: Annotated[
            int,
            Setting(
                "How far the depthwise convolution moves; 2 halves the feature map.", minimum=1, maximum=8
            ),
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

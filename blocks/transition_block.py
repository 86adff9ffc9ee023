"""Reducing channels and halving the feature map."""

from typing import Annotated

from keras import layers

from blocks.base import Block, Momentum, Setting


class TransitionBlock(Block):
    """A 1x1 convolution that reduces the channels, then average pooling that halves the feature map.

    When to use: between two DenseBlocks, whose channels would otherwise keep growing. It needs at least
    2 x 2 pixels.

    Paper: Huang et al. 2016, Densely Connected Convolutional Networks, arXiv:1608.06993.

    Args:
        compression: Fraction of the channels to keep.
        momentum: Momentum of the moving averages of batch normalization.

    Input shape:
        `(batch, height, width, channels)`, height and width at least 2

    Output shape:
        `(batch, height // 2, width // 2, compression * channels)`
    """

    examples = ((12, 12, 32), (17, 9, 1), (28, 28, 4))

    def __init__(
        self,
        compression: Annotated[
            float, Setting("Fraction of the channels to keep.", minimum=0.01, maximum=1.0, step=0.1)
        ] = 0.5,
        momentum: Momentum = 0.9,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.compression = compression
        self.norm = layers.BatchNormalization(momentum=momentum)
        self.relu = layers.ReLU()
        self.pool = layers.AveragePooling2D(2)

    def make_parts(self, input_shape):
        filters = max(1, int(self.compression * input_shape[-1]))
        self.conv = layers.Conv2D(filters, 1, use_bias=False)

    def call(self, inputs):
        x = self.norm(inputs)
        x = self.relu(x)
        x = self.conv(x)
        return self.pool(x)

"""Channels weighted by the content of the whole image."""

from typing import Annotated

from keras import layers

from blocks.base import Block, Setting


class SqueezeExciteBlock(Block):
    """Weights each channel by a factor computed from the averages of all channels.

    When to use: after a convolutional block, to let the network emphasize channels depending on the whole
    image. It adds few parameters and little computation.

    Paper: Hu et al. 2017, Squeeze-and-Excitation Networks, arXiv:1709.01507.

    Args:
        ratio: Factor by which the number of channels is reduced in the middle.

    Input shape:
        `(batch, height, width, channels)`

    Output shape:
        `(batch, height, width, channels)`
    """

    examples = ((12, 12, 32), (17, 9, 1), (28, 28, 4))

    def __init__(
        self,
        ratio: Annotated[
            int,
            Setting(
                "Factor by which the number of channels is reduced in the middle.", minimum=1, maximum=256
            ),
        ] = 16,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.ratio = ratio
        self.squeeze = layers.GlobalAveragePooling2D(keepdims=True)
        self.weigh = layers.Multiply()

    def make_parts(self, input_shape):
        channels = input_shape[-1]
        self.reduce = layers.Dense(max(1, channels // self.ratio), activation="relu")
        self.excite = layers.Dense(channels, activation="sigmoid")

    def call(self, inputs):
        x = self.squeeze(inputs)
        x = self.reduce(x)
        x = self.excite(x)
        return self.weigh([inputs, x])

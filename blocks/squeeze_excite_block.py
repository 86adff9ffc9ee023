"""Channels weighed by what the whole image holds."""

from typing import Annotated

from keras import layers

from blocks.base import Block, Setting


class SqueezeExciteBlock(Block):
    """Average each channel over the image, learn from the averages how much each counts, and weigh them so.

    When to use: behind a convolutional block, to let the network turn channels up and down by what it sees
    as a whole. It costs few parameters and hardly any time.

    Paper: Hu et al. 2017, Squeeze-and-Excitation Networks, arXiv:1709.01507.

    Args:
        ratio: How many times fewer numbers there are in the middle than channels.

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
                "How many times fewer numbers there are in the middle than channels.", minimum=1, maximum=256
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

"""A 7x7 depthwise convolution and two dense layers, with a shortcut."""

from typing import Annotated

from keras import layers

from blocks.base import Block, Setting
from blocks.layer_scale import LayerScale
from blocks.stochastic_depth import StochasticDepth


class ConvNeXtBlock(Block):
    """A large depthwise convolution, normalization and two dense layers over the channels, added to the input.

    When to use: in the body of an image network, many times over, as in ConvNeXt: a residual block that took
    over what works in transformers. It keeps size and channels; shrink with a strided convolution between.

    Paper: Liu et al. 2022, A ConvNet for the 2020s, arXiv:2201.03545.

    Args:
        kernel_size: Rows and columns that the depthwise convolution looks at.
        expansion: How many times as many channels there are between the two dense layers.
        layer_scale: What the learnt factor of each channel begins with; none leaves the factors out.
        drop_rate: The part of the examples that the branch is left out for while training.

    Input shape:
        `(batch, height, width, channels)`

    Output shape:
        `(batch, height, width, channels)`
    """

    examples = ((12, 12, 32), (17, 9, 1), (28, 28, 4))

    def __init__(
        self,
        kernel_size: Annotated[
            int,
            Setting(
                "Rows and columns that the depthwise convolution looks at.", minimum=1, maximum=31, step=2
            ),
        ] = 7,
        expansion: Annotated[
            int,
            Setting("How many times as many channels there are in the middle.", minimum=1, maximum=16),
        ] = 4,
        layer_scale: Annotated[
            float | None,
            Setting("What the learnt factor of each channel begins with.", minimum=0.0, maximum=10.0),
        ] = 1e-6,
        drop_rate: Annotated[
            float,
            Setting(
                "The part of the examples that the branch is left out for while training.",
                minimum=0.0,
                maximum=0.95,
                step=0.05,
            ),
        ] = 0.0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.expansion = expansion
        self.depthwise = layers.DepthwiseConv2D(kernel_size, padding="same")
        self.norm = layers.LayerNormalization(epsilon=1e-6)
        self.gelu = layers.Activation("gelu")
        self.scale = LayerScale(layer_scale) if layer_scale is not None else None
        self.drop = StochasticDepth(drop_rate) if drop_rate else None
        self.add = layers.Add()

    def make_parts(self, input_shape):
        channels = input_shape[-1]
        self.widen = layers.Dense(self.expansion * channels)
        self.narrow = layers.Dense(channels)

    def call(self, inputs):
        x = self.norm(self.depthwise(inputs))
        x = self.gelu(self.widen(x))
        x = self.narrow(x)
        x = x if self.scale is None else self.scale(x)
        x = x if self.drop is None else self.drop(x)
        return self.add([inputs, x])

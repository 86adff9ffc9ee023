"""A 7x7 depthwise convolution and two dense layers with a shortcut."""

from typing import Annotated

from keras import layers

from blocks.base import Block, Setting
from blocks.layer_scale import LayerScale
from blocks.stochastic_depth import StochasticDepth


class ConvNeXtBlock(Block):
    """A large depthwise convolution, normalization and two dense layers over the channels, added to the input.

    When to use: in the body of an image network, repeated many times, as in ConvNeXt: a residual block with
    ideas from transformers. It keeps size and channels; downsample with a strided convolution in between.

    Paper: Liu et al. 2022, A ConvNet for the 2020s, arXiv:2201.03545.

    Args:
        kernel_size: Height and width of the kernel of the depthwise convolution.
        expansion: Factor by which the first dense layer widens the channels.
        layer_scale: Initial value of the learned factor of each channel; None for no factors.
        drop_rate: Fraction of the examples for which the branch is dropped during training.

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
                "Height and width of the kernel of the depthwise convolution.", minimum=1, maximum=31, step=2
            ),
        ] = 7,
        expansion: Annotated[
            int,
            Setting("Factor by which the first dense layer widens the channels.", minimum=1, maximum=16),
        ] = 4,
        layer_scale: Annotated[
            float | None,
            Setting("Initial value of the learned factor of each channel.", minimum=0.0, maximum=10.0),
        ] = 1e-6,
        drop_rate: Annotated[
            float,
            Setting(
                "Fraction of the examples for which the branch is dropped during training.",
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

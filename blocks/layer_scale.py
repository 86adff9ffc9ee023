"""A learned factor for each channel."""

from typing import Annotated

import keras
from keras import layers

from blocks.base import Block, Setting


class LayerScale(Block):
    """Multiplies each channel by a learned factor that starts close to zero.

    When to use: at the end of a residual branch in a deep network: at first the shortcut
    dominates, and each block learns its own scale during training.

    Paper: Touvron et al. 2021, Going deeper with Image Transformers, arXiv:2103.17239.

    Args:
        init_values: Initial value of every factor.

    Input shape:
        `(batch, ..., channels)`

    Output shape:
        The shape of the input.
    """

    category = "Normalization"
    keeps_rank = True

    def __init__(
        self,
        init_values: Annotated[
            float, Setting("Initial value of every factor.", minimum=0.0, maximum=10.0, step=0.01)
        ] = 1e-6,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.init_values = init_values

    def make_parts(self, input_shape):
        others = "abdefg"[: len(input_shape) - 1]
        self.factors = layers.EinsumDense(
            f"{others}c,c->{others}c",
            output_shape=tuple(input_shape[1:]),
            kernel_initializer=keras.initializers.Constant(self.init_values),
        )

    def call(self, inputs):
        return self.factors(inputs)

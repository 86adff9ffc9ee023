"""A stack of dense layers."""

from typing import Annotated

from keras import layers

from blocks.base import Block, Momentum, Setting, Shape, Start


class MLPBlock(Block):
    """A stack of dense layers with activation and optional normalization and dropout.

    When to use: on vectors, such as the columns of a table, or after pooling, before the
    last layer.

    Paper: Rumelhart, Hinton and Williams 1986, Learning representations by back-propagating errors,
    Nature 323.

    Args:
        units: Number of units of each layer.
        activation: Activation of each layer.
        normalization: Normalization between each layer and its activation: none, batch
            normalization or layer normalization.
        dropout: Fraction of the values to drop after each layer during training.
        momentum: Momentum of the moving averages of batch normalization.

    Input shape:
        `(batch, ..., features)`

    Output shape:
        `(batch, ..., units of the last layer)`
    """

    examples = ((8,), (5, 3), (32,))

    def __init__(
        self,
        units: Annotated[
            Shape,
            Setting("Number of units of each layer.", minimum=1, maximum=65536),
            Start((64, 64)),
        ],
        activation: Annotated[
            str,
            Setting(
                "Activation of each layer.",
                choices=("relu", "gelu", "elu", "selu", "silu", "tanh", "sigmoid", "linear"),
            ),
        ] = "relu",
        normalization: Annotated[
            str,
            Setting(
                "Normalization between each layer and its activation.", choices=("none", "batch", "layer")
            ),
        ] = "none",
        dropout: Annotated[
            float,
            Setting(
                "Fraction of the values to drop after each layer during training.",
                minimum=0.0,
                maximum=0.95,
                step=0.05,
            ),
        ] = 0.0,
        momentum: Momentum = 0.9,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.steps = []
        for size in units:
            self.steps.append(layers.Dense(size))
            if normalization == "batch":
                self.steps.append(layers.BatchNormalization(momentum=momentum))
            if normalization == "layer":
                self.steps.append(layers.LayerNormalization())
            self.steps.append(layers.Activation(activation))
            if dropout:
                self.steps.append(layers.Dropout(dropout))

    def call(self, inputs):
        x = inputs
        for step in self.steps:
            x = step(x)
        return x

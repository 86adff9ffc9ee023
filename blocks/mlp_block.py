"""Dense layers in a row."""

from typing import Annotated

from keras import layers

from blocks.base import Block, Momentum, Setting, Shape, Start


class MLPBlock(Block):
    """Dense layers in a row, each with activation and, if asked for, normalization and dropout.

    When to use: on plain lists of numbers, such as the columns of a table, or behind pooling, before the
    last layer.

    Paper: Rumelhart, Hinton and Williams 1986, Learning representations by back-propagating errors,
    Nature 323.

    Args:
        units: How many units each layer has, one number for each layer.
        activation: The function behind each layer.
        normalization: What stands between each layer and its activation: nothing, normalization by the batch,
            or normalization of each example by itself.
        dropout: The part of the numbers that is left out at random behind each layer while training.
        momentum: Of batch normalization's running averages.

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
            Setting("How many units each layer has, one number for each layer.", minimum=1, maximum=65536),
            Start((64, 64)),
        ],
        activation: Annotated[
            str,
            Setting(
                "The function behind each layer.",
                choices=("relu", "gelu", "elu", "selu", "silu", "tanh", "sigmoid", "linear"),
            ),
        ] = "relu",
        normalization: Annotated[
            str,
            Setting("What stands between each layer and its activation.", choices=("none", "batch", "layer")),
        ] = "none",
        dropout: Annotated[
            float,
            Setting(
                "The part of the numbers that is left out at random behind each layer while training.",
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

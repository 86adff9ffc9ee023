"""Whole branches left out at random while training."""

from typing import Annotated

from keras import layers

from blocks.base import Block, Setting, Start


class StochasticDepth(Block):
    """While training, sets all that it gets to zero for a random part of the examples, and scales up the rest.

    When to use: at the end of a residual branch, before the sum: the branch is then left out for some
    examples, so that the network learns not to lean on any one block. Afterwards it changes nothing.

    Paper: Huang et al. 2016, Deep Networks with Stochastic Depth, arXiv:1603.09382.

    Args:
        rate: The part of the examples that the branch is left out for.

    Input shape:
        `(batch, ...)`

    Output shape:
        The shape of the input.
    """

    category = "Regularization"
    keeps_rank = True
    passes_mask = True

    def __init__(
        self,
        rate: Annotated[
            float,
            Setting(
                "The part of the examples that the branch is left out for.",
                minimum=0.0,
                maximum=0.95,
                step=0.05,
            ),
            Start(0.1),
        ],
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.rate = rate

    def make_parts(self, input_shape):
        # One draw for each example, the same for all its numbers.
        one_draw = (None,) + (1,) * (len(input_shape) - 1)
        self.drop = layers.Dropout(self.rate, noise_shape=one_draw)

    def call(self, inputs):
        return self.drop(inputs)

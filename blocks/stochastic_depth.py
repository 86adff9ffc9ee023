"""Dropping whole branches at random during training."""

from typing import Annotated

from keras import layers

from blocks.base import Block, Setting, Start


class StochasticDepth(Block):
    """Sets the whole input to zero for random examples during training, and scales up the others.

    When to use: at the end of a residual branch, before the sum: the branch is then dropped for some
    examples, so that the network does not depend on a single block. It has no effect at inference.

    Paper: Huang et al. 2016, Deep Networks with Stochastic Depth, arXiv:1603.09382.

    Args:
        rate: Fraction of the examples for which the branch is dropped.

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
                "Fraction of the examples for which the branch is dropped.",
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
        # One random choice per example.
        one_draw = (None,) + (1,) * (len(input_shape) - 1)
        self.drop = layers.Dropout(self.rate, noise_shape=one_draw)

    def call(self, inputs):
        return self.drop(inputs)

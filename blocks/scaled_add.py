"""Addition with a scaled residual branch."""

from typing import Annotated

from keras import layers

from blocks.base import Block, Setting
from blockwright.layers.declaration.shapes import same_sizes


class ScaledAdd(Block):
    """Adds the second input, multiplied by a constant factor, to the first.

    When to use: to add the branch of a very wide residual block, which trains more stably if it is scaled
    down. The first input is the shortcut, the second the branch.

    Paper: Szegedy et al. 2016, Inception-v4, Inception-ResNet and the Impact of Residual Connections on
    Learning, arXiv:1602.07261.

    Args:
        scale: Factor of the second input.

    Input shape:
        Two inputs of the same shape.

    Output shape:
        The shape of the inputs.
    """

    category = "Merging"
    keeps_rank = True
    min_inputs = 2
    max_inputs = 2
    examples = (
        ((12, 12, 3), (12, 12, 3)),
        ((17, 9, 1), (17, 9, 1)),
        ((28, 28, 4), (28, 28, 4)),
    )

    def __init__(
        self,
        scale: Annotated[
            float, Setting("Factor of the second input.", minimum=-10.0, maximum=10.0, step=0.01)
        ] = 0.2,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.rescale = layers.Rescaling(scale)
        self.add = layers.Add()

    @classmethod
    def argument_problem(cls, params, shapes):
        if len({len(shape) for shape in shapes}) > 1 or not same_sizes(shapes):
            return "It adds element by element, so both inputs must have the same shape."
        return None

    def call(self, inputs):
        shortcut, branch = inputs
        return self.add([shortcut, self.rescale(branch)])

"""An element-wise function."""

from typing import Annotated

from keras import ops

from blocks.base import Block, Setting


class Function(Block):
    """Applies a mathematical function to every element.

    When to use: where a formula needs it, such as the distance between two branches or the exponential of an
    encoder's log-variance. Between trainable layers, Activation is the usual choice.

    Args:
        function: Name of the function; "reciprocal" is 1 / x, "rsqrt" is 1 / sqrt(x), and "gelu" is the tanh
            approximation.

    Input shape:
        `(batch, ...)`, any shape

    Output shape:
        The shape of the input.
    """

    category = "Array operations"
    keeps_rank = True

    def __init__(
        self,
        function: Annotated[
            str,
            Setting(
                "Name of the function.",
                choices=(
                    "absolute",
                    "square",
                    "sqrt",
                    "rsqrt",
                    "reciprocal",
                    "exp",
                    "expm1",
                    "log",
                    "log1p",
                    "log2",
                    "log10",
                    "sin",
                    "cos",
                    "tan",
                    "arcsin",
                    "arccos",
                    "arctan",
                    "sinh",
                    "cosh",
                    "erf",
                    "gelu",
                    "sign",
                    "floor",
                    "ceil",
                    "round",
                ),
            ),
        ] = "absolute",
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.function = function

    def call(self, inputs):
        return getattr(ops, self.function)(inputs)

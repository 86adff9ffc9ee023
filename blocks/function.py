"""A function of each number."""

from typing import Annotated

from keras import ops

from blocks.base import Block, Setting


class Function(Block):
    """Puts every number through a function of mathematics.

    When to use: where a formula asks for it, such as the distance between two branches or the spread that an
    encoder gives as a logarithm. Between layers that learn, Activation is the usual choice.

    Args:
        function: Which function; "reciprocal" is one divided by the number, "rsqrt" one divided by its square root,
            and "gelu" the approximation by tanh.

    Input shape:
        `(batch, ...)`, any

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
                "Which function.",
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

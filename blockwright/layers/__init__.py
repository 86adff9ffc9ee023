"""The plain Keras layers that a design may use, each declared by a function that is never called.

A declaration's signature is the layer's form and its docstring the layer's card, in the same order as the
blocks' own. Names and meanings of the arguments are Keras's; defaults too, but for batch normalization's
momentum.
"""

import inspect
from collections.abc import Callable

from blockwright.layers import (
    activation,
    attention,
    borders,
    convolution,
    convolution_1d,
    convolution_3d,
    dense,
    features,
    images,
    merging,
    normalization,
    pooling,
    pooling_1d,
    pooling_3d,
    recurrent,
    recurrent_2d,
    regularization,
    sequences,
)

_MODULES = (
    convolution,
    convolution_1d,
    convolution_3d,
    borders,
    pooling,
    pooling_1d,
    pooling_3d,
    dense,
    activation,
    normalization,
    regularization,
    merging,
    sequences,
    recurrent,
    recurrent_2d,
    attention,
    features,
    images,
)

CALL_PARAMS = {
    "MultiHeadAttention": ("use_causal_mask",),
    "Attention": ("use_causal_mask",),
    "AdditiveAttention": ("use_causal_mask",),
}
"""The declared arguments that belong to a layer's call and not to its constructor."""

ADAPTING = ("Normalization", "TextVectorization", "StringLookup", "IntegerLookup", "Discretization")
"""The layers that learn from data before training: means, words, boundaries."""


def declarations() -> dict[str, Callable]:
    """Every declared layer by its Keras name."""
    return {
        name: one
        for module in _MODULES
        for name, one in vars(module).items()
        if inspect.isfunction(one) and one.__module__ == module.__name__ and not name.startswith("_")
    }


def category_of(declaration: Callable) -> str:
    """The part of the palette that a declared layer belongs to."""
    module = inspect.getmodule(declaration)
    return module.CATEGORIES[declaration.__name__]

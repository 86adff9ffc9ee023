"""Poolings of sequences: fewer steps, the same channels."""

from typing import Annotated

from blocks.base import Setting
from blockwright.layers._settings import ValidPadding

CATEGORIES = dict.fromkeys(
    ("MaxPooling1D", "AveragePooling1D", "GlobalAveragePooling1D", "GlobalMaxPooling1D"), "Pooling"
)

PoolSize = Annotated[int, Setting("Steps of each window.", minimum=1, maximum=100_000)]
PoolStrides = Annotated[
    int | None,
    Setting("How far the window moves at each step; empty means its own size.", minimum=1, maximum=100_000),
]
KeepDims = Annotated[bool, Setting("Keep the dimension of the steps, as 1.")]


def MaxPooling1D(
    pool_size: PoolSize = 2, strides: PoolStrides = None, padding: ValidPadding = "valid"
) -> None:
    """Keeps the largest number of each window of steps.

    When to use: between convolutions of a sequence, to make it shorter and keep what was found.

    Args:
        pool_size: Steps of each window.
        strides: How far the window moves at each step, or null for the window's own size.
        padding: "valid" leaves out a window that would reach over the end, "same" pads.

    Input shape:
        `(batch, steps, channels)`

    Output shape:
        `(batch, new_steps, channels)`
    """


def AveragePooling1D(
    pool_size: PoolSize = 2, strides: PoolStrides = None, padding: ValidPadding = "valid"
) -> None:
    """Keeps the mean of each window of steps.

    When to use: like max pooling, where the whole window should count, as in smoothing a signal.

    Args:
        pool_size: Steps of each window.
        strides: How far the window moves at each step, or null for the window's own size.
        padding: "valid" leaves out a window that would reach over the end, "same" pads.

    Input shape:
        `(batch, steps, channels)`

    Output shape:
        `(batch, new_steps, channels)`
    """


def GlobalAveragePooling1D(keepdims: KeepDims = False) -> None:
    """Takes the mean of every channel over all steps, so that a sequence becomes a list of numbers.

    When to use: after an Embedding, a convolution or attention, before the last Dense layers. Steps that a mask
    hides do not count.

    Args:
        keepdims: Whether to keep the dimension of the steps, as 1.

    Input shape:
        `(batch, steps, channels)`

    Output shape:
        `(batch, channels)`, or `(batch, 1, channels)` with `keepdims`
    """


def GlobalMaxPooling1D(keepdims: KeepDims = False) -> None:
    """Takes the largest number of every channel over all steps.

    When to use: after a convolution of a text, where one strong find anywhere should decide. It does not know
    masks: padded steps count too.

    Paper: Collobert et al. 2011, Natural Language Processing (Almost) from Scratch, arXiv:1103.0398.

    Args:
        keepdims: Whether to keep the dimension of the steps, as 1.

    Input shape:
        `(batch, steps, channels)`

    Output shape:
        `(batch, channels)`, or `(batch, 1, channels)` with `keepdims`
    """

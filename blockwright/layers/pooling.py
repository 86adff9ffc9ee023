"""Poolings: fewer pixels, the same channels."""

from typing import Annotated

from blocks.base import Setting, Size
from blockwright.layers._settings import KeepDims, ValidPadding

CATEGORIES = dict.fromkeys(
    ("MaxPooling2D", "AveragePooling2D", "GlobalAveragePooling2D", "GlobalMaxPooling2D"), "Pooling"
)

PoolSize = Annotated[Size, Setting("Rows and columns of each window.", minimum=1, maximum=64)]
PoolStrides = Annotated[
    Size | None,
    Setting("How far the window moves at each step; empty means its own size.", minimum=1, maximum=64),
]


def MaxPooling2D(
    pool_size: PoolSize = 2, strides: PoolStrides = None, padding: ValidPadding = "valid"
) -> None:
    """Keeps the largest number of each window.

    When to use: between convolutions, to halve the feature map and keep what was found, not where exactly.

    Args:
        pool_size: Rows and columns of each window: one number, or a pair.
        strides: How far the window moves at each step, or null for the window's own size.
        padding: "valid" leaves out windows that would reach over the border, "same" pads.

    Input shape:
        `(batch, height, width, channels)`

    Output shape:
        `(batch, new_height, new_width, channels)`
    """


def AveragePooling2D(
    pool_size: PoolSize = 2, strides: PoolStrides = None, padding: ValidPadding = "valid"
) -> None:
    """Keeps the mean of each window.

    When to use: like max pooling, where the whole window should count, as in LeNet-5.

    Paper: LeCun, Bottou, Bengio and Haffner 1998, Gradient-Based Learning Applied to Document Recognition,
    Proceedings of the IEEE 86(11).

    Args:
        pool_size: Rows and columns of each window: one number, or a pair.
        strides: How far the window moves at each step, or null for the window's own size.
        padding: "valid" leaves out windows that would reach over the border, "same" pads.

    Input shape:
        `(batch, height, width, channels)`

    Output shape:
        `(batch, new_height, new_width, channels)`
    """


def GlobalAveragePooling2D(keepdims: KeepDims = False) -> None:
    """Takes the mean of every channel, so that a feature map of any size becomes a list of numbers.

    When to use: before the last Dense layer. It has no parameters and works at any image size, where
    Flatten makes the following Dense layer large and tied to one size.

    Paper: Lin, Chen and Yan 2013, Network In Network, arXiv:1312.4400.

    Args:
        keepdims: Whether to keep height and width, both 1.

    Input shape:
        `(batch, height, width, channels)`

    Output shape:
        `(batch, channels)`, or `(batch, 1, 1, channels)` with `keepdims`
    """


def GlobalMaxPooling2D(keepdims: KeepDims = False) -> None:
    """Takes the largest number of every channel, so that a feature map becomes a list of numbers.

    When to use: before the last Dense layer, where one strong find anywhere should decide.

    Args:
        keepdims: Whether to keep height and width, both 1.

    Input shape:
        `(batch, height, width, channels)`

    Output shape:
        `(batch, channels)`, or `(batch, 1, 1, channels)` with `keepdims`
    """

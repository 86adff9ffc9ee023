"""Poolings of volumes: fewer points, the same channels."""

from typing import Annotated

from blocks._form import Size3
from blocks.base import Setting
from blockwright.layers._settings import ValidPadding

CATEGORIES = dict.fromkeys(
    ("MaxPooling3D", "AveragePooling3D", "GlobalAveragePooling3D", "GlobalMaxPooling3D"), "Pooling"
)

PoolSize = Annotated[Size3, Setting("Depth, rows and columns of each window.", minimum=1, maximum=64)]
PoolStrides = Annotated[
    Size3 | None,
    Setting("How far the window moves at each step; empty means its own size.", minimum=1, maximum=64),
]
KeepDims = Annotated[bool, Setting("Keep depth, height and width, all 1.")]


def MaxPooling3D(
    pool_size: PoolSize = 2, strides: PoolStrides = None, padding: ValidPadding = "valid"
) -> None:
    """Keeps the largest number of each window of a volume.

    When to use: between convolutions of a volume, to halve it and keep what was found.

    Args:
        pool_size: Depth, rows and columns of each window: one number, or three.
        strides: How far the window moves at each step, or null for the window's own size.
        padding: "valid" leaves out windows that would reach over the border, "same" pads.

    Input shape:
        `(batch, depth, height, width, channels)`

    Output shape:
        `(batch, new_depth, new_height, new_width, channels)`
    """


def AveragePooling3D(
    pool_size: PoolSize = 2, strides: PoolStrides = None, padding: ValidPadding = "valid"
) -> None:
    """Keeps the mean of each window of a volume.

    When to use: like max pooling, where the whole window should count.

    Args:
        pool_size: Depth, rows and columns of each window: one number, or three.
        strides: How far the window moves at each step, or null for the window's own size.
        padding: "valid" leaves out windows that would reach over the border, "same" pads.

    Input shape:
        `(batch, depth, height, width, channels)`

    Output shape:
        `(batch, new_depth, new_height, new_width, channels)`
    """


def GlobalAveragePooling3D(keepdims: KeepDims = False) -> None:
    """Takes the mean of every channel of a volume.

    When to use: before the last Dense layer; it has no parameters and works at any size.

    Args:
        keepdims: Whether to keep depth, height and width, all 1.

    Input shape:
        `(batch, depth, height, width, channels)`

    Output shape:
        `(batch, channels)`, or `(batch, 1, 1, 1, channels)` with `keepdims`
    """


def GlobalMaxPooling3D(keepdims: KeepDims = False) -> None:
    """Takes the largest number of every channel of a volume.

    When to use: before the last Dense layer, where one strong find anywhere should decide.

    Args:
        keepdims: Whether to keep depth, height and width, all 1.

    Input shape:
        `(batch, depth, height, width, channels)`

    Output shape:
        `(batch, channels)`, or `(batch, 1, 1, 1, channels)` with `keepdims`
    """

"""Padding, cropping and repeating: layers that give sequences, images and volumes another size."""

from typing import Annotated

from blocks._form import Borders, Size3
from blocks.base import Setting, Size

CATEGORIES = dict.fromkeys(
    (
        "ZeroPadding1D",
        "ZeroPadding2D",
        "ZeroPadding3D",
        "Cropping1D",
        "Cropping2D",
        "Cropping3D",
        "UpSampling1D",
        "UpSampling2D",
        "UpSampling3D",
    ),
    "Convolution",
)

Pad1D = Annotated[Size, Setting("Steps of zeros before and after.", minimum=0, maximum=100_000)]
Pad2D = Annotated[
    Borders,
    Setting(
        "Rows and columns of zeros on each side; ((top, bottom), (left, right)) sets each alone.",
        minimum=0,
        maximum=512,
    ),
]
Pad3D = Annotated[
    Borders, Setting("How many zeros on each side of the three dimensions.", minimum=0, maximum=512)
]
Crop1D = Annotated[Size, Setting("Steps taken off before and after.", minimum=0, maximum=100_000)]
Crop2D = Annotated[
    Borders,
    Setting(
        "Rows and columns taken off each side; ((top, bottom), (left, right)) sets each alone.",
        minimum=0,
        maximum=4096,
    ),
]
Crop3D = Annotated[
    Borders, Setting("How much is taken off each side of the three dimensions.", minimum=0, maximum=4096)
]


def ZeroPadding1D(padding: Pad1D = 1) -> None:
    """Adds steps of zeros before and after a sequence.

    When to use: before a convolution with padding "valid", or to make two branches the same length.

    Args:
        padding: How many steps on both ends: one number, or a pair (before, after).

    Input shape:
        `(batch, steps, channels)`

    Output shape:
        `(batch, before + steps + after, channels)`
    """


def ZeroPadding2D(padding: Pad2D = 1) -> None:
    """Adds rows and columns of zeros around an image.

    When to use: to give an image another size before a convolution with padding "valid", or to make two
    branches the same size.

    Args:
        padding: How many rows above and below, and columns left and right: one number, a pair (rows, columns),
            or two pairs ((top, bottom), (left, right)).

    Input shape:
        `(batch, height, width, channels)`

    Output shape:
        `(batch, top + height + bottom, left + width + right, channels)`
    """


def ZeroPadding3D(padding: Pad3D = 1) -> None:
    """Adds zeros around a volume.

    When to use: before a Conv3D with padding "valid", or to make two branches the same size.

    Args:
        padding: How many zeros on each side: one number, three of them, or three pairs (before, after).

    Input shape:
        `(batch, depth, height, width, channels)`

    Output shape:
        `(batch, new_depth, new_height, new_width, channels)`
    """


def Cropping1D(cropping: Crop1D = 1) -> None:
    """Takes steps off the ends of a sequence.

    When to use: to bring a branch to the length of another, or to drop steps that carry nothing.

    Args:
        cropping: How many steps at both ends: one number, or a pair (before, after).

    Input shape:
        `(batch, steps, channels)`

    Output shape:
        `(batch, steps - before - after, channels)`
    """


def Cropping2D(cropping: Crop2D = 0) -> None:
    """Takes rows and columns off the sides of an image.

    When to use: to bring a branch to the size of another, as U-Net and NASNet do.

    Paper: Ronneberger, Fischer and Brox 2015, U-Net: Convolutional Networks for Biomedical Image Segmentation,
    arXiv:1505.04597.

    Args:
        cropping: How many rows above and below, and columns left and right: one number, a pair (rows, columns),
            or two pairs ((top, bottom), (left, right)).

    Input shape:
        `(batch, height, width, channels)`

    Output shape:
        `(batch, height - top - bottom, width - left - right, channels)`
    """


def Cropping3D(cropping: Crop3D = 1) -> None:
    """Takes slices off the sides of a volume.

    When to use: to bring a branch to the size of another.

    Args:
        cropping: How much on each side: one number, three of them, or three pairs (before, after).

    Input shape:
        `(batch, depth, height, width, channels)`

    Output shape:
        `(batch, new_depth, new_height, new_width, channels)`
    """


def UpSampling1D(
    size: Annotated[int, Setting("How many times each step is repeated.", minimum=1, maximum=1024)] = 2,
) -> None:
    """Makes a sequence longer by repeating its steps.

    When to use: on the way from a short sequence back to a long one, as in autoencoders.

    Args:
        size: How many times each step is repeated.

    Input shape:
        `(batch, steps, channels)`

    Output shape:
        `(batch, steps * size, channels)`
    """


def UpSampling2D(
    size: Annotated[Size, Setting("How many times higher and wider.", minimum=1, maximum=32)] = 2,
    interpolation: Annotated[
        str,
        Setting(
            "How new pixels come from the old ones.",
            choices=("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"),
        ),
    ] = "nearest",
) -> None:
    """Makes an image larger by repeating or blending its pixels.

    When to use: on the way from a small feature map back to a large one, and to bring branches to one size.

    Args:
        size: How many times higher and wider: one number, or a pair.
        interpolation: How the new pixels come from the old ones.

    Input shape:
        `(batch, height, width, channels)`

    Output shape:
        `(batch, height * rows, width * columns, channels)`
    """


def UpSampling3D(
    size: Annotated[Size3, Setting("How many times deeper, higher and wider.", minimum=1, maximum=32)] = 2,
) -> None:
    """Makes a volume larger by repeating its points.

    When to use: on the way from a small volume back to a large one.

    Args:
        size: How many times deeper, higher and wider: one number, or three.

    Input shape:
        `(batch, depth, height, width, channels)`

    Output shape:
        `(batch, new_depth, new_height, new_width, channels)`
    """

"""Layers that read several others."""

from typing import Annotated

from blocks._form import Integers
from blocks.base import Setting, Start

CATEGORIES = dict.fromkeys(
    ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot"), "Merging"
)


def Add() -> None:
    """Adds what several nodes give, number by number.

    When to use: to close a shortcut, as in residual networks.

    Paper: He et al. 2015, Deep Residual Learning for Image Recognition, arXiv:1512.03385.

    Args:
        None.

    Input shape:
        Two or more of the same shape.

    Output shape:
        The shape of the inputs.
    """


def Concatenate(
    axis: Annotated[
        int,
        Setting("Along which dimension, the batch being 0; -1 is the channels.", minimum=-4, maximum=4),
    ] = -1,
) -> None:
    """Puts what several nodes give side by side, by default their channels.

    When to use: to let later layers see several branches, as in inception networks.

    Paper: Szegedy et al. 2014, Going Deeper with Convolutions, arXiv:1409.4842.

    Args:
        axis: Along which dimension, the batch being 0; -1 is the channels.

    Input shape:
        Two or more that differ in that dimension only.

    Output shape:
        The shape of the inputs, with the sum in that dimension.
    """


def Multiply() -> None:
    """Multiplies what several nodes give, number by number.

    When to use: to let one branch open and close the channels of another.

    Paper: Hu et al. 2017, Squeeze-and-Excitation Networks, arXiv:1709.01507.

    Args:
        None.

    Input shape:
        Two or more of the same shape; a dimension of 1 is repeated.

    Output shape:
        The shape of the inputs.
    """


def Subtract() -> None:
    """Takes what the second node gives from what the first gives, number by number.

    When to use: to look at the difference of two things, as when two pictures or texts are compared.

    Args:
        None.

    Input shape:
        Two of the same shape; a dimension of 1 is repeated.

    Output shape:
        The shape of the inputs.
    """


def Average() -> None:
    """Takes the mean of what several nodes give, number by number.

    When to use: to let several branches decide together with equal votes.

    Args:
        None.

    Input shape:
        Two or more of the same shape; a dimension of 1 is repeated.

    Output shape:
        The shape of the inputs.
    """


def Maximum() -> None:
    """Keeps the largest of what several nodes give, number by number.

    When to use: to keep what any of several branches found.

    Paper: Goodfellow et al. 2013, Maxout Networks, arXiv:1302.4389.

    Args:
        None.

    Input shape:
        Two or more of the same shape; a dimension of 1 is repeated.

    Output shape:
        The shape of the inputs.
    """


def Minimum() -> None:
    """Keeps the smallest of what several nodes give, number by number.

    When to use: to keep only what all of several branches found.

    Args:
        None.

    Input shape:
        Two or more of the same shape; a dimension of 1 is repeated.

    Output shape:
        The shape of the inputs.
    """


def Dot(
    axes: Annotated[
        Integers,
        Setting(
            "Along which dimension the products are summed, the batch being 0; a pair sets it for each input.",
            minimum=-4,
            maximum=4,
            most=2,
        ),
        Start(-1),
    ],
    normalize: Annotated[
        bool, Setting("Divide by the lengths, which gives the cosine: 1 for the same direction.")
    ] = False,
) -> None:
    """Multiplies what two nodes give and sums the products along one dimension.

    When to use: to tell how alike two things are, as a user and a film, or two embeddings.

    Args:
        axes: Along which dimension the products are summed: one number, or one for each of the two inputs.
        normalize: Whether to divide by the lengths, so that the result is the cosine of the angle.

    Input shape:
        Two with the same size in that dimension.

    Output shape:
        The other dimensions of both; `(batch, 1)` for two lists of numbers.
    """

"""Layers that read several others."""

from typing import Annotated

from blocks.base import Setting

CATEGORIES = dict.fromkeys(("Add", "Concatenate", "Multiply"), "Merging")


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

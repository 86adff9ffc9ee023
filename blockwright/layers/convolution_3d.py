"""Convolutions of volumes: scans, and short films with time as the depth."""

from typing import Annotated

from blocks._form import Size3
from blocks.base import Filters, Setting
from blockwright.layers._settings import (
    Dilation3D,
    Groups,
    Initializer,
    KernelSizeStart3D,
    OptionalActivation,
    Strides3D,
    UseBias,
    ValidPadding,
)

CATEGORIES = dict.fromkeys(("Conv3D", "Conv3DTranspose"), "Convolution")


def Conv3D(
    filters: Filters,
    kernel_size: KernelSizeStart3D,
    strides: Strides3D = 1,
    padding: ValidPadding = "valid",
    dilation_rate: Dilation3D = 1,
    groups: Groups = 1,
    activation: OptionalActivation = None,
    use_bias: UseBias = True,
    kernel_initializer: Initializer = "glorot_uniform",
) -> None:
    """Slides filters through a volume and gives one channel for each.

    When to use: for scans of three dimensions, and for films, where movement matters.

    Paper: Tran et al. 2014, Learning Spatiotemporal Features with 3D Convolutional Networks, arXiv:1412.0767.

    Args:
        filters: How many filters, and so how many channels come out.
        kernel_size: Depth, rows and columns that each filter looks at: one number, or three.
        strides: How far the filters move at each step: one number, or three.
        padding: "valid" does not pad and loses the border, "same" keeps the size at stride 1.
        dilation_rate: Gaps between the points a filter looks at: one number, or three.
        groups: Parts the channels are split into; must divide the channels and the filters.
        activation: The function applied to the result, or null for none.
        use_bias: Whether to add a learnt number to every channel.
        kernel_initializer: How the filters are drawn before training.

    Input shape:
        `(batch, depth, height, width, channels)`

    Output shape:
        `(batch, new_depth, new_height, new_width, filters)`
    """


def Conv3DTranspose(
    filters: Filters,
    kernel_size: KernelSizeStart3D,
    strides: Strides3D = 1,
    padding: ValidPadding = "valid",
    output_padding: Annotated[
        Size3 | None,
        Setting("How much is added at the end; less than the strides.", minimum=0, maximum=63),
    ] = None,
    activation: OptionalActivation = None,
    use_bias: UseBias = True,
    kernel_initializer: Initializer = "glorot_uniform",
) -> None:
    """Spreads every point over a window of filters, so that the volume grows by the strides.

    When to use: on the way from a small volume back to a large one, as in segmentation of scans.

    Paper: Milletari, Navab and Ahmadi 2016, V-Net: Fully Convolutional Neural Networks for Volumetric Medical
    Image Segmentation, arXiv:1606.04797.

    Args:
        filters: How many filters, and so how many channels come out.
        kernel_size: Depth, rows and columns that each point is spread over: one number, or three.
        strides: How many times larger the volume becomes: one number, or three.
        padding: "same" gives the size times the strides, "valid" adds what the window reaches beyond.
        output_padding: How much is added at the end, or null to let Keras choose.
        activation: The function applied to the result, or null for none.
        use_bias: Whether to add a learnt number to every channel.
        kernel_initializer: How the filters are drawn before training.

    Input shape:
        `(batch, depth, height, width, channels)`

    Output shape:
        `(batch, new_depth, new_height, new_width, filters)`
    """

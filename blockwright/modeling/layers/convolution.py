"""Convolutions, padding and upsampling."""

from typing import Annotated

from blocks.base import Filters, Setting, Size, Strides
from blockwright.modeling.layers._settings import (
    Dilation,
    Initializer,
    KernelSizeStart,
    OptionalActivation,
    UseBias,
    ValidPadding,
)

CATEGORIES = dict.fromkeys(
    ("Conv2D", "SeparableConv2D", "DepthwiseConv2D", "ZeroPadding2D", "UpSampling2D"), "Convolution"
)

DepthMultiplier = Annotated[
    int, Setting("How many channels come from each channel of the input.", minimum=1, maximum=64)
]


def Conv2D(
    filters: Filters,
    kernel_size: KernelSizeStart,
    strides: Strides = 1,
    padding: ValidPadding = "valid",
    dilation_rate: Dilation = 1,
    groups: Annotated[
        int, Setting("Parts the channels are split into, each convolved alone.", minimum=1, maximum=4096)
    ] = 1,
    activation: OptionalActivation = None,
    use_bias: UseBias = True,
    kernel_initializer: Initializer = "glorot_uniform",
) -> None:
    """Slides filters over an image and gives one channel for each.

    When to use: to find features wherever in the image they are. ConvBlock adds batch normalization and
    ReLU, which most networks want after it.

    Paper: LeCun, Bottou, Bengio and Haffner 1998, Gradient-Based Learning Applied to Document Recognition,
    Proceedings of the IEEE 86(11).

    Args:
        filters: How many filters, and so how many channels come out.
        kernel_size: Rows and columns that each filter looks at: one number, or a pair.
        strides: How far the filters move at each step: one number, or a pair.
        padding: "valid" does not pad and loses the border, "same" keeps the size at stride 1.
        dilation_rate: Gaps between the pixels a filter looks at: one number, or a pair.
        groups: Parts the channels are split into; must divide the channels and the filters.
        activation: The function applied to the result, or null for none.
        use_bias: Whether to add a learnt number to every channel.
        kernel_initializer: How the filters are drawn before training.

    Input shape:
        `(batch, height, width, channels)`

    Output shape:
        `(batch, new_height, new_width, filters)`
    """


def SeparableConv2D(
    filters: Filters,
    kernel_size: KernelSizeStart,
    strides: Strides = 1,
    padding: ValidPadding = "valid",
    dilation_rate: Dilation = 1,
    depth_multiplier: DepthMultiplier = 1,
    activation: OptionalActivation = None,
    use_bias: UseBias = True,
    depthwise_initializer: Initializer = "glorot_uniform",
    pointwise_initializer: Initializer = "glorot_uniform",
) -> None:
    """Filters every channel alone, then mixes the channels with 1x1 filters.

    When to use: in place of Conv2D where a small, fast network is wanted; it needs a fraction of the
    parameters and multiply-adds.

    Paper: Chollet 2016, Xception: Deep Learning with Depthwise Separable Convolutions, arXiv:1610.02357.

    Args:
        filters: How many channels come out.
        kernel_size: Rows and columns that are looked at: one number, or a pair.
        strides: How far the window moves at each step; Keras takes the same for rows and columns.
        padding: "valid" does not pad and loses the border, "same" keeps the size at stride 1.
        dilation_rate: Gaps between the pixels looked at: one number, or a pair.
        depth_multiplier: How many channels the first step makes of each channel.
        activation: The function applied to the result, or null for none.
        use_bias: Whether to add a learnt number to every channel.
        depthwise_initializer: How the first step's filters are drawn before training.
        pointwise_initializer: How the 1x1 filters are drawn before training.

    Input shape:
        `(batch, height, width, channels)`

    Output shape:
        `(batch, new_height, new_width, filters)`
    """


def DepthwiseConv2D(
    kernel_size: KernelSizeStart,
    strides: Strides = 1,
    padding: ValidPadding = "valid",
    depth_multiplier: DepthMultiplier = 1,
    dilation_rate: Dilation = 1,
    activation: OptionalActivation = None,
    use_bias: UseBias = True,
    depthwise_initializer: Initializer = "glorot_uniform",
) -> None:
    """Filters every channel alone, without mixing channels.

    When to use: as the first half of a separable convolution, before a 1x1 Conv2D, in small networks.

    Paper: Howard et al. 2017, MobileNets, arXiv:1704.04861.

    Args:
        kernel_size: Rows and columns that are looked at: one number, or a pair.
        strides: How far the window moves at each step; Keras takes the same for rows and columns.
        padding: "valid" does not pad and loses the border, "same" keeps the size at stride 1.
        depth_multiplier: How many channels come from each channel.
        dilation_rate: Gaps between the pixels looked at: one number, or a pair.
        activation: The function applied to the result, or null for none.
        use_bias: Whether to add a learnt number to every channel.
        depthwise_initializer: How the filters are drawn before training.

    Input shape:
        `(batch, height, width, channels)`

    Output shape:
        `(batch, new_height, new_width, channels * depth_multiplier)`
    """


def ZeroPadding2D(
    padding: Annotated[Size, Setting("Rows and columns of zeros on each side.", minimum=0, maximum=512)] = 1,
) -> None:
    """Adds rows and columns of zeros around an image.

    When to use: to give an image another size before a convolution with padding "valid", or to make two
    branches the same size.

    Args:
        padding: How many rows above and below, and columns left and right: one number, or a pair.

    Input shape:
        `(batch, height, width, channels)`

    Output shape:
        `(batch, height + 2 * rows, width + 2 * columns, channels)`
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

"""Convolutions of images."""

from typing import Annotated

from blocks.base import Filters, Setting, Size, Strides
from blockwright.layers._settings import (
    DepthMultiplier,
    Dilation,
    Groups,
    Initializer,
    KernelSizeStart,
    OptionalActivation,
    UseBias,
    ValidPadding,
)

CATEGORIES = dict.fromkeys(("Conv2D", "SeparableConv2D", "DepthwiseConv2D", "Conv2DTranspose"), "Convolution")


def Conv2D(
    filters: Filters,
    kernel_size: KernelSizeStart,
    strides: Strides = 1,
    padding: ValidPadding = "valid",
    dilation_rate: Dilation = 1,
    groups: Groups = 1,
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


def Conv2DTranspose(
    filters: Filters,
    kernel_size: KernelSizeStart,
    strides: Strides = 1,
    padding: ValidPadding = "valid",
    output_padding: Annotated[
        Size | None,
        Setting("Rows and columns added at the end; less than the strides.", minimum=0, maximum=63),
    ] = None,
    dilation_rate: Dilation = 1,
    activation: OptionalActivation = None,
    use_bias: UseBias = True,
    kernel_initializer: Initializer = "glorot_uniform",
) -> None:
    """Spreads every pixel over a window of filters, so that the image grows by the strides.

    When to use: on the way from a small feature map back to a large one, where the network should learn how to
    enlarge: in autoencoders, segmentation and generators.

    Paper: Dumoulin and Visin 2016, A Guide to Convolution Arithmetic for Deep Learning, arXiv:1603.07285.

    Args:
        filters: How many filters, and so how many channels come out.
        kernel_size: Rows and columns that each pixel is spread over: one number, or a pair.
        strides: How many times larger the image becomes: one number, or a pair.
        padding: "same" gives the size times the strides, "valid" adds what the window reaches beyond.
        output_padding: Rows and columns added at the end, or null to let Keras choose.
        dilation_rate: Gaps between the pixels of the window: one number, or a pair.
        activation: The function applied to the result, or null for none.
        use_bias: Whether to add a learnt number to every channel.
        kernel_initializer: How the filters are drawn before training.

    Input shape:
        `(batch, height, width, channels)`

    Output shape:
        `(batch, new_height, new_width, filters)`
    """

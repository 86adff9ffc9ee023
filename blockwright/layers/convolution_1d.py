"""Convolutions of sequences."""

from typing import Annotated

from blocks.base import Filters, Setting
from blockwright.layers._settings import (
    CausalPadding,
    DepthMultiplier,
    Dilation1D,
    Groups,
    Initializer,
    KernelSizeStart1D,
    OptionalActivation,
    Strides1D,
    UseBias,
    ValidPadding,
)

CATEGORIES = dict.fromkeys(("Conv1D", "SeparableConv1D", "DepthwiseConv1D", "Conv1DTranspose"), "Convolution")


def Conv1D(
    filters: Filters,
    kernel_size: KernelSizeStart1D,
    strides: Strides1D = 1,
    padding: CausalPadding = "valid",
    dilation_rate: Dilation1D = 1,
    groups: Groups = 1,
    activation: OptionalActivation = None,
    use_bias: UseBias = True,
    kernel_initializer: Initializer = "glorot_uniform",
) -> None:
    """Slides filters along a sequence and gives one channel for each.

    When to use: to find short patterns wherever in a text, a signal or a time series they are; faster than a
    recurrent layer, and it sees no further than its window.

    Paper: Kim 2014, Convolutional Neural Networks for Sentence Classification, arXiv:1408.5882.

    Args:
        filters: How many filters, and so how many channels come out.
        kernel_size: How many steps each filter looks at.
        strides: How far the filters move at each step.
        padding: "valid" does not pad, "same" keeps the length at stride 1, "causal" looks at earlier steps only.
        dilation_rate: Gaps between the steps a filter looks at.
        groups: Parts the channels are split into; must divide the channels and the filters.
        activation: The function applied to the result, or null for none.
        use_bias: Whether to add a learnt number to every channel.
        kernel_initializer: How the filters are drawn before training.

    Input shape:
        `(batch, steps, channels)`

    Output shape:
        `(batch, new_steps, filters)`
    """


def SeparableConv1D(
    filters: Filters,
    kernel_size: KernelSizeStart1D,
    strides: Strides1D = 1,
    padding: ValidPadding = "valid",
    dilation_rate: Dilation1D = 1,
    depth_multiplier: DepthMultiplier = 1,
    activation: OptionalActivation = None,
    use_bias: UseBias = True,
    depthwise_initializer: Initializer = "glorot_uniform",
    pointwise_initializer: Initializer = "glorot_uniform",
) -> None:
    """Filters every channel of a sequence alone, then mixes the channels step by step.

    When to use: in place of Conv1D where a small, fast network is wanted.

    Paper: Chollet 2016, Xception: Deep Learning with Depthwise Separable Convolutions, arXiv:1610.02357.

    Args:
        filters: How many channels come out.
        kernel_size: How many steps are looked at.
        strides: How far the window moves at each step.
        padding: "valid" does not pad, "same" keeps the length at stride 1.
        dilation_rate: Gaps between the steps looked at.
        depth_multiplier: How many channels the first half makes of each channel.
        activation: The function applied to the result, or null for none.
        use_bias: Whether to add a learnt number to every channel.
        depthwise_initializer: How the first half's filters are drawn before training.
        pointwise_initializer: How the second half's weights are drawn before training.

    Input shape:
        `(batch, steps, channels)`

    Output shape:
        `(batch, new_steps, filters)`
    """


def DepthwiseConv1D(
    kernel_size: KernelSizeStart1D,
    strides: Strides1D = 1,
    padding: ValidPadding = "valid",
    depth_multiplier: DepthMultiplier = 1,
    dilation_rate: Dilation1D = 1,
    activation: OptionalActivation = None,
    use_bias: UseBias = True,
    depthwise_initializer: Initializer = "glorot_uniform",
) -> None:
    """Filters every channel of a sequence alone, without mixing channels.

    When to use: as the first half of a separable convolution, before a Conv1D of kernel size 1.

    Paper: Howard et al. 2017, MobileNets, arXiv:1704.04861.

    Args:
        kernel_size: How many steps are looked at.
        strides: How far the window moves at each step.
        padding: "valid" does not pad, "same" keeps the length at stride 1.
        depth_multiplier: How many channels come from each channel.
        dilation_rate: Gaps between the steps looked at.
        activation: The function applied to the result, or null for none.
        use_bias: Whether to add a learnt number to every channel.
        depthwise_initializer: How the filters are drawn before training.

    Input shape:
        `(batch, steps, channels)`

    Output shape:
        `(batch, new_steps, channels * depth_multiplier)`
    """


def Conv1DTranspose(
    filters: Filters,
    kernel_size: KernelSizeStart1D,
    strides: Strides1D = 1,
    padding: ValidPadding = "valid",
    output_padding: Annotated[
        int | None, Setting("Steps added at the end; less than the strides.", minimum=0, maximum=4095)
    ] = None,
    dilation_rate: Dilation1D = 1,
    activation: OptionalActivation = None,
    use_bias: UseBias = True,
    kernel_initializer: Initializer = "glorot_uniform",
) -> None:
    """Spreads every step over a window of filters, so that the sequence grows by the strides.

    When to use: on the way from a short sequence back to a long one, where the network should learn how.

    Paper: Dumoulin and Visin 2016, A Guide to Convolution Arithmetic for Deep Learning, arXiv:1603.07285.

    Args:
        filters: How many filters, and so how many channels come out.
        kernel_size: How many steps each step is spread over.
        strides: How many times longer the sequence becomes.
        padding: "same" gives the length times the strides, "valid" adds what the window reaches beyond.
        output_padding: Steps added at the end, or null to let Keras choose.
        dilation_rate: Gaps between the steps of the window.
        activation: The function applied to the result, or null for none.
        use_bias: Whether to add a learnt number to every channel.
        kernel_initializer: How the filters are drawn before training.

    Input shape:
        `(batch, steps, channels)`

    Output shape:
        `(batch, new_steps, filters)`
    """

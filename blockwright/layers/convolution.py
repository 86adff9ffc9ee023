"""Convolutions of sequences, images and volumes."""

from collections.abc import Sequence
from typing import Annotated, Any

from blockwright.layers.declaration.family import Span, Spans, family
from blockwright.layers.declaration.layer_functions import Params
from blockwright.layers.declaration.settings import (
    DepthMultiplier,
    Groups,
    Initializer,
    OptionalActivation,
    UseBias,
)
from blockwright.layers.declaration.shapes import Shape, each, known_sizes, points_in, value_count
from blockwright.layers.declaration.windows import (
    UNKNOWN_CHANNELS,
    CausalPadding,
    Dilation,
    KernelSize,
    Strides,
    ValidPadding,
    kernel_points,
    strides_rule,
    window_rule,
)
from blockwright.schema.parameters import Setting
from blockwright.schema.signature import Filters


def _convolution_rule(params: Params, shapes: Sequence[Shape]) -> str | None:
    channels, groups = shapes[0][-1], params.get("groups", 1)
    if channels is None:
        return UNKNOWN_CHANNELS
    if channels % groups or params.get("filters", 0) % groups:
        return (
            f"`groups` must divide both its filters ({params['filters']}) and the channels that it is given "
            f"({channels}). Received: groups={groups}."
        )
    return strides_rule(params, len(shapes[0]) - 2) or window_rule(params, shapes)


def _separable_rule(params: Params, shapes: Sequence[Shape]) -> str | None:
    if len(set(each(params["strides"], len(shapes[0]) - 2))) > 1:
        return "TensorFlow takes one stride for rows and columns here."
    return _convolution_rule(params, shapes)


def _convolution_macs(layer: Any, shapes: Sequence[Shape], result: Shape) -> int | None:
    sizes = known_sizes(points_in(result), shapes[0][-1])
    if sizes is None:
        return None
    points, channels = sizes
    return points * kernel_points(layer) * (channels // layer.groups) * layer.filters


def _convolution_weights(layer: Any, shapes: Sequence[Shape]) -> tuple[Shape, int, int] | None:
    (shape,) = shapes
    if len(shape) != layer.rank + 2 or shape[-1] is None or shape[-1] % layer.groups:
        return None
    kernel = kernel_points(layer) * (shape[-1] // layer.groups) * layer.filters
    return layer.compute_output_shape(shape), kernel + layer.filters * layer.use_bias, 0


def _separable_macs(layer: Any, shapes: Sequence[Shape], result: Shape) -> int | None:
    sizes = known_sizes(points_in(result), shapes[0][-1])
    if sizes is None:
        return None
    points, channels = sizes
    return points * channels * layer.depth_multiplier * (kernel_points(layer) + layer.filters)


def _depthwise_macs(layer: Any, shapes: Sequence[Shape], result: Shape) -> int | None:
    numbers = value_count(result)
    return None if numbers is None else numbers * kernel_points(layer)


def _transposed_macs(layer: Any, shapes: Sequence[Shape], result: Shape) -> int | None:
    numbers = value_count(shapes[0])
    return None if numbers is None else numbers * kernel_points(layer) * layer.filters


def _least_padding(padding: str, stride: int, window: int, gap: int) -> int:
    """The least output padding for which the forward convolution gives back the size that came in.

    Keras makes (size - 1) * stride + reach % 2 + padding of a size with padding "same"; the forward convolution, by
    which TensorFlow checks it, gives that divided by the stride and rounded up.
    """
    reach = (window - 1) * gap + 1
    return 1 - reach % 2 if padding == "same" else 0


def _transposed_rule(params: Params, shapes: Sequence[Shape]) -> str | None:
    count, added = len(shapes[0]) - 2, params["output_padding"]
    if shapes[0][-1] is None:
        return UNKNOWN_CHANNELS
    if added is not None:
        strides, window = each(params["strides"], count), each(params["kernel_size"], count)
        gaps = each(params.get("dilation_rate", 1), count)
        least = [
            _least_padding(params["padding"], *sizes) for sizes in zip(strides, window, gaps, strict=True)
        ]
        if any(
            not low <= size < stride
            for low, size, stride in zip(least, each(added, count), strides, strict=True)
        ):
            even = ", and at least 1 where the kernel size is even" if any(least) else ""
            return (
                f"`output_padding` must be less than the strides{even}; empty lets Keras choose. "
                f"Received: output_padding={added}."
            )
    return strides_rule(params, count)


@family(
    category="Convolution",
    title="Convolution",
    macs=_convolution_macs,
    weights=_convolution_weights,
    argument_rule=_convolution_rule,
    when={
        1: "to find short patterns anywhere in a text, a signal or a time series; faster than a recurrent layer, and "
        "it sees no further than its window.",
        2: "to find features anywhere in an image. ConvBlock adds batch normalization and ReLU, which most "
        "networks want after it.",
        3: "for scans of three dimensions, and for videos, where movement matters.",
    },
    paper={
        1: "Kim 2014, Convolutional Neural Networks for Sentence Classification, arXiv:1408.5882.",
        2: "LeCun, Bottou, Bengio and Haffner 1998, Gradient-Based Learning Applied to Document Recognition, "
        "Proceedings of the IEEE 86(11).",
        3: "Tran et al. 2014, Learning Spatiotemporal Features with 3D Convolutional Networks, arXiv:1412.0767.",
    },
    annotations={1: {"padding": CausalPadding}},
)
def Conv(
    filters: Filters,
    kernel_size: KernelSize,
    strides: Strides = 1,
    padding: ValidPadding = "valid",
    dilation_rate: Dilation = 1,
    groups: Groups = 1,
    activation: OptionalActivation = None,
    use_bias: UseBias = True,
    kernel_initializer: Initializer = "glorot_uniform",
) -> None:
    """Slides filters over {a_thing} and outputs one channel for each.

    Output shape:
        `(batch, {new_shape}, filters)`
    """


@family(
    ranks=(2, 1),
    category="Convolution",
    title="Separable convolution",
    macs=_separable_macs,
    argument_rule=_separable_rule,
    facts_of={2: {"equal_strides": True}},
    when="in place of Conv{rank}D for a small, fast network; it needs a fraction of the parameters and multiply-adds.",
    paper="Chollet 2016, Xception: Deep Learning with Depthwise Separable Convolutions, arXiv:1610.02357.",
)
def SeparableConv(
    filters: Filters,
    kernel_size: KernelSize,
    strides: Strides = 1,
    padding: ValidPadding = "valid",
    dilation_rate: Dilation = 1,
    depth_multiplier: DepthMultiplier = 1,
    activation: OptionalActivation = None,
    use_bias: UseBias = True,
    depthwise_initializer: Initializer = "glorot_uniform",
    pointwise_initializer: Initializer = "glorot_uniform",
) -> None:
    """Filters every channel of {a_thing} separately, then mixes the channels {point} by {point}.

    Output shape:
        `(batch, {new_shape}, filters)`
    """


@family(
    ranks=(2, 1),
    category="Convolution",
    title="Depthwise convolution",
    macs=_depthwise_macs,
    argument_rule=_separable_rule,
    facts_of={2: {"equal_strides": True}},
    when="as the first half of a separable convolution, before a Conv{rank}D of kernel size 1, in small networks.",
    paper="Howard et al. 2017, MobileNets, arXiv:1704.04861.",
)
def DepthwiseConv(
    kernel_size: KernelSize,
    strides: Strides = 1,
    padding: ValidPadding = "valid",
    depth_multiplier: DepthMultiplier = 1,
    dilation_rate: Dilation = 1,
    activation: OptionalActivation = None,
    use_bias: UseBias = True,
    depthwise_initializer: Initializer = "glorot_uniform",
) -> None:
    """Filters every channel of {a_thing} separately, without mixing channels.

    Output shape:
        `(batch, {new_shape}, channels * depth_multiplier)`
    """


@family(
    name="Conv{}DTranspose",
    category="Convolution",
    title="Transposed convolution",
    macs=_transposed_macs,
    argument_rule=_transposed_rule,
    when="on the way from a small {thing} back to a large one, where the network should learn how to enlarge: in "
    "autoencoders, segmentation and generators.",
    paper={
        1: "Dumoulin and Visin 2016, A Guide to Convolution Arithmetic for Deep Learning, arXiv:1603.07285.",
        2: "Dumoulin and Visin 2016, A Guide to Convolution Arithmetic for Deep Learning, arXiv:1603.07285.",
        3: "Milletari, Navab and Ahmadi 2016, V-Net: Fully Convolutional Neural Networks for Volumetric Medical "
        "Image Segmentation, arXiv:1606.04797.",
    },
    only={"dilation_rate": (1, 2)},
)
def ConvTranspose(
    filters: Filters,
    kernel_size: Annotated[
        Span, Spans("{Sizes} that each {point} is spread over.", maximum=(4096, 64, 64), start=3)
    ],
    strides: Annotated[Span, Spans("How many times larger the {thing} becomes.", maximum=(4096, 64, 64))] = 1,
    padding: Annotated[
        str,
        Setting(
            'At the border: "same" gives the size times the strides, "valid" adds what the window reaches beyond.',
            choices=("valid", "same"),
        ),
    ] = "valid",
    output_padding: Annotated[
        Span | None,
        Spans(
            "{Sizes} added at the end; less than the strides.",
            maximum=(4095, 63, 63),
            minimum=0,
        ),
    ] = None,
    dilation_rate: Dilation = 1,
    activation: OptionalActivation = None,
    use_bias: UseBias = True,
    kernel_initializer: Initializer = "glorot_uniform",
) -> None:
    """Spreads every {point} over a window of filters, so that the {thing} grows by the strides.

    Output shape:
        `(batch, {new_shape}, filters)`
    """

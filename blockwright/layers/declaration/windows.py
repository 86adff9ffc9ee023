"""Windows that slide over sequences, images and volumes: what convolutions and poolings share."""

import math
from collections.abc import Sequence
from typing import Annotated, Any

from blockwright.layers.declaration.family import Span, Spans
from blockwright.layers.declaration.layer_functions import Params
from blockwright.layers.declaration.shapes import Shape, each
from blockwright.schema.parameters import Setting

KernelSize = Annotated[Span, Spans("{Sizes} that each filter looks at.", maximum=(4096, 64, 64), start=3)]
Strides = Annotated[
    Span, Spans("How far the window moves at each step; 2 halves the {thing}.", maximum=(4096, 64, 64))
]
Dilation = Annotated[
    Span,
    Spans(
        "The spacing between the {points} under a filter; above 1 only with strides of 1.",
        maximum=(4096, 32, 32),
    ),
]
PoolSize = Annotated[Span, Spans("{Sizes} of each window.", maximum=(100_000, 64, 64))]
PoolStrides = Annotated[
    Span | None,
    Spans(
        "How far the window moves at each step; empty means its own size.",
        maximum=(100_000, 64, 64),
    ),
]
ValidPadding = Annotated[
    str,
    Setting(
        'At the border: "valid" does not pad, "same" pads with zeros to keep the size.',
        choices=("valid", "same"),
    ),
]
CausalPadding = Annotated[
    str,
    Setting(
        'At the ends: "valid" does not pad, "same" pads with zeros to keep the length, "causal" pads before '
        "only, so that no step sees a later one.",
        choices=("valid", "same", "causal"),
    ),
]

UNKNOWN_CHANNELS = "It has weights for each channel, so their number must be known."


def window_rule(params: Params, shapes: Sequence[Shape]) -> str | None:
    """Without padding, a window must fit into what it slides over."""
    sizes = shapes[0][1:-1]
    window = each(params.get("kernel_size", params.get("pool_size")), len(sizes))
    gaps = each(params.get("dilation_rate", 1), len(sizes))
    if params["padding"] != "valid":
        return None
    reach = [(size - 1) * gap + 1 for size, gap in zip(window, gaps, strict=True)]
    if any(size is not None and size < needed for size, needed in zip(sizes, reach, strict=True)):
        unit = "steps" if len(sizes) == 1 else "points in each direction"
        words = " x ".join(str(needed) for needed in reach)
        return f'Its window covers {words} {unit}, more than the input has. Set padding to "same".'
    return None


def strides_rule(params: Params, count: int) -> str | None:
    """Keras takes strides or gaps, not both."""
    if max(each(params["strides"], count)) > 1 and max(each(params.get("dilation_rate", 1), count)) > 1:
        return "Only one of `strides` and `dilation_rate` may be above 1."
    return None


def kernel_points(layer: Any) -> int:
    """How many points the kernel of a convolution looks at."""
    return math.prod(layer.kernel_size)

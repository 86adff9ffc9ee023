"""Padding, cropping and repeating: layers that change the size of sequences, images and volumes."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

from blockwright.layers.declaration.family import Span, Spans, family
from blockwright.layers.declaration.layer_functions import Params
from blockwright.layers.declaration.shapes import Shape, each
from blockwright.schema.parameters import Setting

_FORMS = {2: "a pair (rows, columns), or two pairs", 3: "three numbers, or three pairs"}
_border = partial(family, category="Convolution", has_weights=False)


def _pairs(name: str, value: Any, count: int) -> list[tuple[int, ...]] | str:
    """Before and after for each dimension, or what is wrong with the form of the argument."""
    if count == 1:
        return [tuple(each(value, 2))]
    if isinstance(value, list | tuple) and len(value) != count:
        return f"`{name}` must be one number, {_FORMS[count]} (before, after)."
    return [tuple(each(size, 2)) for size in each(value, count)]


def _padding_rule(params: Params, shapes: Sequence[Shape]) -> str | None:
    pairs = _pairs("padding", params["padding"], len(shapes[0]) - 2)
    return pairs if isinstance(pairs, str) else None


def _cropping_rule(params: Params, shapes: Sequence[Shape]) -> str | None:
    sizes = shapes[0][1:-1]
    pairs = _pairs("cropping", params["cropping"], len(sizes))
    if isinstance(pairs, str):
        return pairs
    if any(size is not None and size <= sum(pair) for size, pair in zip(sizes, pairs, strict=True)):
        return "It would cut off everything; crop less."
    return None


@_border(
    keeps_values=True,
    argument_rule=_padding_rule,
    facts_of={1: {"argument_rule": None}},
    when='before a convolution with padding "valid", or to bring two branches to the same size.',
)
def ZeroPadding(
    padding: Annotated[
        Span,
        Spans("{Sizes} of zeros on each side.", maximum=(100_000, 512, 512), minimum=0, borders=True),
    ] = 1,
) -> None:
    """Adds zeros around {a_thing}.

    Output shape:
        `(batch, {new_shape}, channels)`
    """


@_border(
    argument_rule=_cropping_rule,
    facts_of={1: {"passes_activation": True}, 2: {"passes_activation": True}},
    defaults={2: {"cropping": 0}},
    when={
        1: "to bring a branch to the length of another, or to drop steps that carry nothing.",
        2: "to bring a branch to the size of another, as U-Net and NASNet do.",
        3: "to bring a branch to the size of another.",
    },
    paper={
        2: "Ronneberger, Fischer and Brox 2015, U-Net: Convolutional Networks for Biomedical Image Segmentation, "
        "arXiv:1505.04597.",
    },
)
def Cropping(
    cropping: Annotated[
        Span,
        Spans("{Sizes} cut off each side.", maximum=(100_000, 4096, 4096), minimum=0, borders=True),
    ] = 1,
) -> None:
    """Cuts off the sides of {a_thing}.

    Output shape:
        `(batch, {new_shape}, channels)`
    """


@family(
    category="Convolution",
    title="Upsampling",
    has_weights=False,
    passes_activation=True,
    only={"interpolation": (2,)},
    when="on the way from a small {thing} back to a large one, as in autoencoders, and to bring branches to one size.",
)
def UpSampling(
    size: Annotated[Span, Spans("How many times larger.", maximum=(1024, 32, 32))] = 2,
    interpolation: Annotated[
        str,
        Setting(
            "How new pixels are computed from the old ones.",
            choices=("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"),
        ),
    ] = "nearest",
) -> None:
    """Makes {a_thing} larger: every {point} becomes several.

    Output shape:
        `(batch, {new_shape}, channels)`
    """

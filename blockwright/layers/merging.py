"""Layers that read several others."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

from blockwright.layers.declaration.layer_functions import Params, unknown_rank
from blockwright.layers.declaration.shapes import Shape, same_sizes, value_count
from blockwright.layers.declaration.spec import layer
from blockwright.schema.parameters import Setting
from blockwright.schema.signature import Integers, Start

_merging = partial(layer, category="Merging", call="list", inputs=(1, None), has_weights=False)


def _concatenate_rule(params: Params, shapes: Sequence[Shape]) -> str | None:
    axis = params["axis"]
    rank = max(len(shape) for shape in shapes)
    if not -rank < axis < rank or axis == 0:
        return f"There is no dimension {axis} to concatenate along."
    others = [shape[: axis % rank] + shape[axis % rank + 1 :] for shape in shapes]
    if any(len(shape) != rank for shape in shapes) or not same_sizes(others):
        return "The branches differ in more than one dimension."
    return None


def _dot_rule(params: Params, shapes: Sequence[Shape]) -> str | None:
    value = params["axes"]
    axes = list(value) if isinstance(value, list | tuple) else [value, value]
    if len(axes) != 2:
        return f"`axes` must be one number, or one for each of the two. Received: axes={value}."
    sizes = []
    for axis, shape in zip(axes, shapes, strict=True):
        if not -len(shape) < axis < len(shape) or axis == 0:
            return f"There is no dimension {axis} to sum the products along; 0 is the batch. Received: axes={value}."
        sizes.append(shape[axis])
    if sizes[0] != sizes[1]:
        words = [f"{size:,}" if size is not None else "an open number" for size in sizes]
        return f"It sums products along dimensions of one size, but they have {words[0]} and {words[1]}."
    return None


def _dot_macs(layer: Any, shapes: Sequence[Shape], result: Shape) -> int | None:
    axis = layer.axes if isinstance(layer.axes, int) else layer.axes[0]
    numbers, summed = value_count(result), shapes[0][axis]
    return None if numbers is None or summed is None else numbers * summed


def _equal_weights(layer: Any, shapes: Sequence[Shape]) -> tuple[Shape, int, int] | None:
    return (shapes[0], 0, 0) if len(shapes) > 1 and len(set(shapes)) == 1 else None


def _concatenate_weights(layer: Any, shapes: Sequence[Shape]) -> tuple[Shape, int, int] | None:
    others = {shape[:-1] for shape in shapes}
    sizes = [shape[-1] for shape in shapes if shape[-1] is not None]
    if (
        layer.axis != -1
        or len(shapes) < 2
        or len(others) > 1
        or len(sizes) < len(shapes)
        or len(shapes[0]) < 2
    ):
        return None
    return (*shapes[0][:-1], sum(sizes)), 0, 0


@_merging(verb="adds", mask="passes", passes_activation=True, weights=_equal_weights)
def Add() -> None:
    """Adds the outputs of several nodes, element by element.

    When to use: to close a shortcut, as in residual networks.

    Paper: He et al. 2015, Deep Residual Learning for Image Recognition, arXiv:1512.03385.

    Input shape:
        Two or more of the same shape.

    Output shape:
        The shape of the inputs.
    """


@_merging(
    mask="passes", passes_activation=True, weights=_concatenate_weights, argument_rule=_concatenate_rule
)
def Concatenate(
    axis: Annotated[
        int,
        Setting("Along which dimension, the batch being 0; -1 is the channels.", minimum=-4, maximum=4),
    ] = -1,
) -> None:
    """Concatenates the outputs of several nodes, by default along the channels.

    When to use: to let later layers see several branches, as in inception networks.

    Paper: Szegedy et al. 2014, Going Deeper with Convolutions, arXiv:1409.4842.

    Input shape:
        Two or more that differ in that dimension only.

    Output shape:
        The shape of the inputs, with the sum in that dimension.
    """


@_merging(verb="multiplies", mask="passes", weights=_equal_weights)
def Multiply() -> None:
    """Multiplies the outputs of several nodes, element by element.

    When to use: to let one branch open and close the channels of another.

    Paper: Hu et al. 2017, Squeeze-and-Excitation Networks, arXiv:1709.01507.

    Input shape:
        Two or more of the same shape; a dimension of 1 is repeated.

    Output shape:
        The shape of the inputs.
    """


@_merging(verb="subtracts", inputs=(2, 2), mask="passes")
def Subtract() -> None:
    """Subtracts the output of the second node from that of the first, element by element.

    When to use: to look at the difference of two things, as when two pictures or texts are compared.

    Input shape:
        Two of the same shape; a dimension of 1 is repeated.

    Output shape:
        The shape of the inputs.
    """


@_merging(verb="averages", mask="passes", passes_activation=True)
def Average() -> None:
    """Averages the outputs of several nodes, element by element.

    When to use: to let several branches decide together with equal votes.

    Input shape:
        Two or more of the same shape; a dimension of 1 is repeated.

    Output shape:
        The shape of the inputs.
    """


@_merging(verb="takes the largest", mask="passes")
def Maximum() -> None:
    """Takes the largest of the outputs of several nodes, element by element.

    When to use: to keep what any of several branches found.

    Paper: Goodfellow et al. 2013, Maxout Networks, arXiv:1302.4389.

    Input shape:
        Two or more of the same shape; a dimension of 1 is repeated.

    Output shape:
        The shape of the inputs.
    """


@_merging(verb="takes the smallest", mask="passes")
def Minimum() -> None:
    """Takes the smallest of the outputs of several nodes, element by element.

    When to use: to keep only what all of several branches found.

    Input shape:
        Two or more of the same shape; a dimension of 1 is repeated.

    Output shape:
        The shape of the inputs.
    """


@_merging(inputs=(2, 2), rank=unknown_rank, macs=_dot_macs, argument_rule=_dot_rule)
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
    """Multiplies the outputs of two nodes and sums the products along one dimension.

    When to use: to tell how alike two things are, as a user and a film, or two embeddings.

    Input shape:
        Two with the same size in that dimension.

    Output shape:
        The other dimensions of both; `(batch, 1)` for two lists of numbers.
    """

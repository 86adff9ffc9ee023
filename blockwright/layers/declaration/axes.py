"""Arguments that name dimensions: `axis` and the like."""

from collections.abc import Sequence
from typing import Any

from blockwright.layers.declaration.layer_functions import Params
from blockwright.layers.declaration.shapes import Shape, as_list


def axis_positions(value: Any, shape: Shape) -> list[int] | str:
    """The dimensions that `axis` names, counted from the batch, or what is wrong with it."""
    rank = len(shape)
    axes = as_list(value)
    if any(not -rank < axis < rank or axis == 0 for axis in axes):
        return f"`axis` must be 1 to {rank - 1}, or -1 for the last; 0 is the batch. Received: axis={value}."
    positions = [axis % rank for axis in axes]
    if len(set(positions)) < len(positions) or positions != sorted(positions):
        return f"`axis` must name each dimension once, in rising order. Received: axis={value}."
    return positions


def axis_rule(params: Params, shapes: Sequence[Shape]) -> str | None:
    """`axis` must name dimensions of the input."""
    positions = axis_positions(params["axis"], shapes[0])
    return positions if isinstance(positions, str) else None


def known_axis_rule(params: Params, shapes: Sequence[Shape]) -> str | None:
    """`axis` must name dimensions of known size, because there is a weight for each position along them."""
    positions = axis_positions(params["axis"], shapes[0])
    if isinstance(positions, str):
        return positions
    if any(shapes[0][position] is None for position in positions):
        return "It has a weight for each position along its axis, so that size must be known."
    return None

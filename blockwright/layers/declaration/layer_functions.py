"""The kinds of functions that a declaration holds, and those that many layers share."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from blockwright.layers.declaration.shapes import Shape

Params = Mapping[str, Any]
ArgumentRule = Callable[[Params, Sequence[Shape]], str | None]
"""Why a layer cannot work with these arguments (all of them) on these shapes, as a sentence about "it"; or None."""

Macs = Callable[[Any, Sequence[Shape], Shape], int | None]
"""The multiply-adds of a layer for one example, from the shapes that it reads and gives; None for open sizes."""

Weights = Callable[[Any, Sequence[Shape]], tuple[Shape, int, int] | None]
"""The output shape of a layer, its trainable and its fixed weights, without building it; None where Keras must."""

Rank = Callable[[Params, int | None], int | None]
"""How many dimensions come out, the batch included, for all arguments and those that are read; None if unknown."""


def same_rank(params: Params, rank: int | None) -> int | None:
    """As many dimensions come out as go in."""
    return rank


def unknown_rank(params: Params, rank: int | None) -> None:
    """The number of dimensions does not follow from those of the input."""


def fixed_rank(count: int) -> Rank:
    """That many dimensions come out, whatever goes in."""
    return lambda params, rank: count


def no_products(layer: Any, shapes: Sequence[Shape], result: Shape) -> int:
    """No multiply-adds are counted, although the layer has weights: it looks up, or multiplies element by element."""
    return 0


def same_shape(layer: Any, shapes: Sequence[Shape]) -> tuple[Shape, int, int]:
    """The shape of the input comes out, and there are no weights."""
    return shapes[0], 0, 0

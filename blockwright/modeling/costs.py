"""What one layer costs: parameters, multiply-adds, memory of what it gives.

Multiply-adds count the products of convolutions, Dense layers and matrix products for one example. Adding a
bias, normalizing, activating and pooling are left out, as in most tables of the literature; a multiply-add
is one operation here and two in a count of "FLOPs".
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras

Shape = tuple[int | None, ...]

BYTES_PER_NUMBER = 4


@dataclass(frozen=True)
class Cost:
    """The cost of one layer at one input shape; None where an open size leaves it open.

    `shape` is what comes out, with the batch: one shape, or a list of them. `activation_bytes` counts what
    comes out for one example in float32.
    """

    shape: Any
    dtype: str
    params: int = 0
    trainable_params: int = 0
    macs: int | None = 0
    activation_bytes: int | None = 0


def numbers_in(shape: Shape) -> int | None:
    """How many numbers one example of that shape (with the batch) holds; None with an open size."""
    return None if None in shape[1:] else math.prod(shape[1:])


def activation_bytes(shapes: list[Shape]) -> int | None:
    """The bytes of these results for one example in float32."""
    counts = [numbers_in(shape) for shape in shapes]
    return None if None in counts else BYTES_PER_NUMBER * sum(counts)


def layer_macs(layer: keras.layers.Layer, given: list[Shape], result: Shape) -> int | None:
    """The multiply-adds of a layer for one example; None for open sizes, and for a kind it has no rule for."""
    for kind, rule in _RULES.items():
        if isinstance(layer, kind):
            return rule(layer, given[0], result)
    kernels = [weight for weight in layer.trainable_weights if len(weight.shape) > 1]
    return None if kernels else 0


def _convolution(layer: Any, given: Shape, result: Shape) -> int | None:
    pixels = numbers_in((None, *result[1:-1]))
    if pixels is None or given[-1] is None:
        return None
    return pixels * math.prod(layer.kernel_size) * (given[-1] // layer.groups) * layer.filters


def _transposed(layer: Any, given: Shape, result: Shape) -> int | None:
    numbers = numbers_in(given)
    return None if numbers is None else numbers * math.prod(layer.kernel_size) * layer.filters


def _depthwise(layer: Any, given: Shape, result: Shape) -> int | None:
    numbers = numbers_in(result)
    return None if numbers is None else numbers * math.prod(layer.kernel_size)


def _separable(layer: Any, given: Shape, result: Shape) -> int | None:
    pixels = numbers_in((None, *result[1:-1]))
    if pixels is None or given[-1] is None:
        return None
    between = given[-1] * layer.depth_multiplier
    return pixels * between * (math.prod(layer.kernel_size) + layer.filters)


def _dense(layer: Any, given: Shape, result: Shape) -> int | None:
    numbers = numbers_in(given)
    return None if numbers is None else numbers * layer.units


_L = keras.layers
_RULES: dict[type, Callable[[Any, Shape, Shape], int | None]] = {
    _L.DepthwiseConv1D: _depthwise,
    _L.DepthwiseConv2D: _depthwise,
    _L.SeparableConv1D: _separable,
    _L.SeparableConv2D: _separable,
    _L.Conv1DTranspose: _transposed,
    _L.Conv2DTranspose: _transposed,
    _L.Conv3DTranspose: _transposed,
    _L.Conv1D: _convolution,
    _L.Conv2D: _convolution,
    _L.Conv3D: _convolution,
    _L.Dense: _dense,
}


def operation_macs(operation: keras.Operation, given: list[Shape], result: Shape) -> int | None:
    """The multiply-adds of a `keras.ops` call inside a block, for one example."""
    kind = type(operation).__name__
    if kind in ("Matmul", "Dot"):
        numbers = numbers_in(result)
        return None if numbers is None or given[0][-1] is None else numbers * given[0][-1]
    if kind == "Einsum":
        sizes: dict[str, int | None] = {}
        terms = operation.subscripts.replace(" ", "").split("->")[0].split(",")
        for term, shape in zip(terms, given, strict=True):
            sizes.update(zip(term, shape, strict=True))
        batch = terms[0][:1]
        rest = [size for letter, size in sizes.items() if letter != batch]
        return None if None in rest else math.prod(rest)
    return 0

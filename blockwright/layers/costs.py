"""What one layer costs: parameters, multiply-adds, memory of what it gives.

Multiply-adds count the products of convolutions, Dense, recurrent and attention layers and of matrix products
for one example. Adding a bias, normalizing, activating, pooling, looking up an embedding and multiplying number by
number (as the gates of an LSTM do) are left out, as in most tables of the literature; a multiply-add is one
operation here and two in a count of "FLOPs".
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

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The shape of every result; most layers give one."""
        several = bool(self.shape) and isinstance(self.shape[0], list | tuple)
        return tuple(tuple(one) for one in self.shape) if several else (self.shape,)


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
            return rule(layer, given, result)
    kernels = [weight for weight in layer.trainable_weights if len(weight.shape) > 1]
    return None if kernels else 0


def _convolution(layer: Any, given: list[Shape], result: Shape) -> int | None:
    pixels, channels = numbers_in((None, *result[1:-1])), given[0][-1]
    if pixels is None or channels is None:
        return None
    return pixels * math.prod(layer.kernel_size) * (channels // layer.groups) * layer.filters


def _transposed(layer: Any, given: list[Shape], result: Shape) -> int | None:
    numbers = numbers_in(given[0])
    return None if numbers is None else numbers * math.prod(layer.kernel_size) * layer.filters


def _depthwise(layer: Any, given: list[Shape], result: Shape) -> int | None:
    numbers = numbers_in(result)
    return None if numbers is None else numbers * math.prod(layer.kernel_size)


def _separable(layer: Any, given: list[Shape], result: Shape) -> int | None:
    pixels, channels = numbers_in((None, *result[1:-1])), given[0][-1]
    if pixels is None or channels is None:
        return None
    between = channels * layer.depth_multiplier
    return pixels * between * (math.prod(layer.kernel_size) + layer.filters)


def _dense(layer: Any, given: list[Shape], result: Shape) -> int | None:
    numbers = numbers_in(given[0])
    return None if numbers is None else numbers * layer.units


def _none(layer: Any, given: list[Shape], result: Shape) -> int:
    return 0


def _recurrent(gates: int) -> Callable[[Any, list[Shape], Shape], int | None]:
    """For each step and gate the products of the input and of what is remembered with their weights.

    An LSTM has four such products (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000), a GRU
    three (Cho et al. 2014, arXiv:1406.1078), a simple recurrent layer one.
    """

    def macs(layer: Any, given: list[Shape], result: Shape) -> int | None:
        _, steps, features = given[0]
        if steps is None or features is None:
            return None
        return gates * steps * layer.units * (features + layer.units)

    return macs


def _convolutional_lstm(layer: Any, given: list[Shape], result: Shape) -> int | None:
    """Four convolutions of the input and of what is remembered, at every step (Shi et al. 2015, arXiv:1506.04214)."""
    steps, channels, pixels = given[0][1], given[0][-1], numbers_in((None, *result[-3:-1]))
    if None in (steps, channels, pixels):
        return None
    return 4 * steps * pixels * math.prod(layer.kernel_size) * (channels + layer.filters) * layer.filters


def _bidirectional(layer: Any, given: list[Shape], result: Shape) -> int | None:
    once = layer_macs(layer.forward_layer, given, result)
    return None if once is None else 2 * once


def _multi_head(layer: Any, given: list[Shape], result: Shape) -> int | None:
    """The projections of query, key and value, the scores, what they weigh, and the projection of the result.

    Vaswani et al. 2017, arXiv:1706.03762, section 3.2.
    """
    query, value = given[:2]
    key = given[2] if len(given) > 2 else value
    asked, answered = numbers_in((None, *query[1:-1])), numbers_in((None, *value[1:-1]))
    if asked is None or answered is None or None in (query[-1], value[-1], key[-1], result[-1]):
        return None
    keys, values = layer.num_heads * layer.key_dim, layer.num_heads * layer.value_dim
    projected = asked * query[-1] * keys + answered * (key[-1] * keys + value[-1] * values)
    return projected + asked * answered * (keys + values) + asked * values * result[-1]


def _attention(layer: Any, given: list[Shape], result: Shape) -> int | None:
    """The products of every query with every key, unless they are added, and of the shares with the values.

    Luong et al. 2015, arXiv:1508.04025; Bahdanau et al. 2014, arXiv:1409.0473, where the sum of query and key is
    multiplied by the scale.
    """
    query, value = given[:2]
    pairs = numbers_in((None, *query[1:-1], value[-2]))
    if pairs is None or query[-1] is None or value[-1] is None:
        return None
    multiplied = layer.use_scale if isinstance(layer, _L.AdditiveAttention) else layer.score_mode == "dot"
    return pairs * (value[-1] + query[-1] * multiplied)


def _dot(layer: Any, given: list[Shape], result: Shape) -> int | None:
    axis = layer.axes if isinstance(layer.axes, int) else layer.axes[0]
    numbers, summed = numbers_in(result), given[0][axis]
    return None if numbers is None or summed is None else numbers * summed


_L = keras.layers
_RULES: dict[type, Callable[[Any, list[Shape], Shape], int | None]] = {
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
    _L.LSTM: _recurrent(4),
    _L.GRU: _recurrent(3),
    _L.SimpleRNN: _recurrent(1),
    _L.Bidirectional: _bidirectional,
    _L.ConvLSTM2D: _convolutional_lstm,
    _L.MultiHeadAttention: _multi_head,
    _L.AdditiveAttention: _attention,
    _L.Attention: _attention,
    _L.Dot: _dot,
    _L.Embedding: _none,
    _L.PReLU: _none,
    _L.LayerNormalization: _none,
    _L.RMSNormalization: _none,
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

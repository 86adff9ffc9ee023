"""What one layer costs: parameters, multiply-adds, memory of its output.

Multiply-adds count the products of convolutions, Dense, recurrent and attention layers and of matrix products
for one example. Adding a bias, normalizing, activating, pooling, looking up an embedding and multiplying number by
number (as the gates of an LSTM do) are left out, as in most tables of the literature; a multiply-add is one
operation here and two in a count of "FLOPs".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from blockwright.layers import SPECS
from blockwright.layers.declaration.shapes import Shape, value_count
from blockwright.layers.declaration.spec import LayerSpec

BYTES_PER_NUMBER = 4


@dataclass(frozen=True)
class Cost:
    """The cost of one layer at one input shape; None where an open size leaves it open.

    `shape` is what comes out, with the batch: one shape, or a list of them. `activation_bytes` is the
    activation memory, what training keeps for the backward pass: the results of every layer, also inside blocks, for
    one example in float32.
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
        return tuple(tuple(shape) for shape in self.shape) if several else (self.shape,)


def activation_bytes(shapes: Sequence[Shape]) -> int | None:
    """The bytes of these results for one example in float32."""
    counts = [count for shape in shapes if (count := value_count(shape)) is not None]
    return BYTES_PER_NUMBER * sum(counts) if len(counts) == len(shapes) else None


def spec_of(kind: type) -> LayerSpec | None:
    """The declaration of a Keras layer's class, or of the nearest of the classes that it is derived from."""
    names = (base.__name__ for base in kind.__mro__ if base.__module__.startswith("keras."))
    return next((SPECS[name] for name in names if name in SPECS), None)


def layer_macs(layer: Any, shapes: Sequence[Shape], result: Shape) -> int | None:
    """The multiply-adds of a layer for one example; None for open sizes, and for an undeclared layer with kernels."""
    spec = spec_of(type(layer))
    if spec is not None and spec.macs is not None:
        return spec.macs(layer, shapes, result)
    kernels = [weight for weight in layer.trainable_weights if len(weight.shape) > 1]
    return None if kernels else 0


def operation_macs(operation: Any, shapes: Sequence[Shape], result: Shape) -> int | None:
    """The multiply-adds of a `keras.ops` call inside a block, for one example."""
    kind = type(operation).__name__
    if kind in ("Matmul", "Dot"):
        numbers = value_count(result)
        return None if numbers is None or shapes[0][-1] is None else numbers * shapes[0][-1]
    if kind == "Einsum":
        sizes: dict[str, int | None] = {}
        terms = operation.subscripts.replace(" ", "").split("->")[0].split(",")
        for term, shape in zip(terms, shapes, strict=True):
            sizes.update(zip(term, shape, strict=True))
        batch = terms[0][:1]
        rest = (None, *(size for letter, size in sizes.items() if letter != batch))
        return value_count(rest)
    return 0

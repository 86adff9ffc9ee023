"""Poolings: fewer steps, pixels or points, the same channels."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

from blockwright.layers.declaration.family import family
from blockwright.layers.declaration.layer_functions import Params
from blockwright.layers.declaration.shapes import Shape
from blockwright.layers.declaration.windows import PoolSize, PoolStrides, ValidPadding, window_rule
from blockwright.schema.parameters import Setting

KeepDims = Annotated[bool, Setting("Keep the dimensions that were pooled, with size 1.")]


def _weights(layer: Any, shapes: Sequence[Shape]) -> tuple[Shape, int, int] | None:
    return layer.compute_output_shape(shapes[0]), 0, 0


def _global_rank(params: Params, rank: int | None) -> int | None:
    return rank if params["keepdims"] else 2


_pooling = partial(family, category="Pooling", has_weights=False, weights=_weights, argument_rule=window_rule)
_global_pooling = partial(family, category="Pooling", has_weights=False, flattens=True, rank=_global_rank)


@_pooling(when="between convolutions, to halve the {thing} and keep what was found, but not where exactly.")
def MaxPooling(pool_size: PoolSize = 2, strides: PoolStrides = None, padding: ValidPadding = "valid") -> None:
    """Keeps the largest number of each window of {a_thing}.

    Output shape:
        `(batch, {new_shape}, channels)`
    """


@_pooling(
    passes_activation=True,
    other_defaults={"pool_size": 2},
    when={
        1: "like max pooling, where the whole window should count, as in smoothing a signal.",
        2: "like max pooling, where the whole window should count, as in LeNet-5.",
        3: "like max pooling, where the whole window should count.",
    },
    paper={
        2: "LeCun, Bottou, Bengio and Haffner 1998, Gradient-Based Learning Applied to Document Recognition, "
        "Proceedings of the IEEE 86(11).",
    },
)
def AveragePooling(
    pool_size: PoolSize = 2, strides: PoolStrides = None, padding: ValidPadding = "valid"
) -> None:
    """Keeps the mean of each window of {a_thing}.

    Output shape:
        `(batch, {new_shape}, channels)`
    """


@_global_pooling(
    passes_activation=True,
    facts_of={1: {"uses_mask": True}},
    when={
        1: "after an Embedding, a convolution or attention, before the last Dense layers. Steps that a mask hides do "
        "not count.",
        2: "before the last Dense layer. It has no parameters and works at any image size, where Flatten makes the "
        "following Dense layer large and tied to one size.",
        3: "before the last Dense layer; it has no parameters and works at any size.",
    },
    paper={2: "Lin, Chen and Yan 2013, Network In Network, arXiv:1312.4400."},
)
def GlobalAveragePooling(keepdims: KeepDims = False) -> None:
    """Takes the mean of every channel, so that {a_thing} of any size becomes a list of numbers.

    Output shape:
        `(batch, channels)`, or `(batch, {ones}, channels)` with `keepdims`
    """


@_global_pooling(
    when={
        1: "after a convolution of a text, where one strong match anywhere should decide. It does not know masks: "
        "padded steps count too.",
        2: "before the last Dense layer, where one strong match anywhere should decide.",
        3: "before the last Dense layer, where one strong match anywhere should decide.",
    },
    paper={1: "Collobert et al. 2011, Natural Language Processing (Almost) from Scratch, arXiv:1103.0398."},
)
def GlobalMaxPooling(keepdims: KeepDims = False) -> None:
    """Takes the largest number of every channel, so that {a_thing} of any size becomes a list of numbers.

    Output shape:
        `(batch, channels)`, or `(batch, {ones}, channels)` with `keepdims`
    """

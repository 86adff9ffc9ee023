"""The catalog: the blocks found in `blocks/`, and the plain Keras layers that a design may use."""

import inspect
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import keras

from blocks import Block, discover
from blocks._card import read_card
from blocks._form import form_of
from blockwright.architecture.catalog import BlockType, Catalog
from blockwright.modeling.layers import category_of, declarations

_ARITY: dict[str, tuple[int, int | None]] = {
    **dict.fromkeys(("Add", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"), (1, None)),
    **dict.fromkeys(("Subtract", "Dot"), (2, 2)),
    **dict.fromkeys(("MultiHeadAttention", "Attention", "AdditiveAttention"), (1, 3)),
    **dict.fromkeys(("GRU", "SimpleRNN"), (1, 2)),
    "LSTM": (1, 3),
}
_SEVERAL_RESULTS = frozenset({"LSTM", "GRU", "SimpleRNN", "Bidirectional"})


@cache
def catalog() -> Catalog:
    """Every block and layer with its form and its card. The same object each time: do not change it."""
    blocks = [_from_block(block) for block in discover().values()]
    return Catalog([*blocks, *(_from_declaration(one) for one in declarations().values())])


@cache
def layer_class(name: str) -> type[keras.layers.Layer]:
    """The class behind a name of the catalog; KeyError for any other name."""
    found = discover()
    if name in found:
        return found[name]
    if name not in declarations():
        raise KeyError(name)
    return getattr(keras.layers, name)


def make_layer(block: str, params: dict[str, Any], **kwargs: Any) -> keras.layers.Layer:
    """The layer of a node. What `params` leaves out takes the catalog's default, not Keras's.

    Raises what the layer raises for arguments that do not fit together.
    """
    values = {**catalog().defaults(block), **params}
    return layer_class(block)(**{name: _plain(value) for name, value in values.items()}, **kwargs)


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _from_block(block: type[Block]) -> BlockType:
    card = read_card(block.__doc__)
    return BlockType(
        name=block.__name__,
        category=block.category,
        title=block.title(),
        summary=card.summary,
        doc=_clean(block.__doc__),
        params=block.params(),
        many_inputs=block.many_inputs,
        origin="block",
        when=card.when,
        paper=card.paper,
    )


def _from_declaration(declaration: Callable) -> BlockType:
    card = read_card(declaration.__doc__)
    name = declaration.__name__
    return BlockType(
        name=name,
        category=category_of(declaration),
        title=_title(name),
        summary=card.summary,
        doc=_clean(declaration.__doc__),
        params=form_of(declaration),
        min_inputs=_ARITY.get(name, (1, 1))[0],
        max_inputs=_ARITY.get(name, (1, 1))[1],
        outputs=None if name in _SEVERAL_RESULTS else 1,
        origin="keras",
        when=card.when,
        paper=card.paper,
    )


_TITLES = {
    "Conv2D": "Convolution",
    "SeparableConv2D": "Separable convolution",
    "DepthwiseConv2D": "Depthwise convolution",
    "ReLU": "ReLU",
    "UpSampling2D": "Upsampling",
}


def _title(name: str) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name.removesuffix("2D"))
    return _TITLES.get(name, words.capitalize())


def _clean(doc: str | None) -> str:
    return inspect.cleandoc(doc or "")

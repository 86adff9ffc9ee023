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
from blockwright.design.composite_catalog import extended
from blockwright.layers import CALL_PARAMS, category_of, declarations
from blockwright.schema.catalog import BlockType, Catalog
from blockwright.schema.design import Design

_ARITY: dict[str, tuple[int, int | None]] = {
    **dict.fromkeys(("Add", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"), (1, None)),
    **dict.fromkeys(("Subtract", "Dot"), (2, 2)),
    **dict.fromkeys(("MultiHeadAttention", "Attention", "AdditiveAttention"), (1, 3)),
    **dict.fromkeys(("GRU", "SimpleRNN"), (1, 2)),
    "LSTM": (1, 3),
    "Bidirectional": (1, 5),
    "HashedCrossing": (2, None),
}
_OWN_DTYPE = frozenset(
    {"TextVectorization", "StringLookup", "IntegerLookup", "Discretization", "Hashing", "HashedCrossing"}
)
"""The layers that give whole numbers, or the number type that Keras begins with, under any policy."""
_SEVERAL_RESULTS = frozenset({"LSTM", "GRU", "SimpleRNN", "Bidirectional"})


@cache
def catalog() -> Catalog:
    """Every block and layer with its form and its card. The same object each time: do not change it."""
    blocks = [_from_block(block) for block in discover().values()]
    return Catalog([*blocks, *(_from_declaration(one) for one in declarations().values())])


def catalog_of(design: Design) -> Catalog:
    """The catalog together with the blocks that the design defines itself."""
    return extended(catalog(), design)


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

    Arguments that go to the layer's call are left out, see `calling`. Raises what the layer raises for arguments
    that do not fit together.
    """
    values = {**catalog().defaults(block), **params}
    values = {name: _plain(value) for name, value in values.items() if name not in CALL_PARAMS.get(block, ())}
    if isinstance(values.get("vocabulary"), int):
        values["vocabulary"] = (values["vocabulary"],)
    if block in _OWN_DTYPE:
        kwargs.pop("dtype", None)
    elif isinstance(kwargs.get("dtype"), keras.DTypePolicy):
        # A policy object keeps layers without a config of their own (ELU, Identity) from being saved; a name does not.
        kwargs["dtype"] = kwargs["dtype"].name
    if block == "Bidirectional":
        return _bidirectional(values, kwargs)
    return layer_class(block)(**values, **kwargs)


def _bidirectional(values: dict[str, Any], kwargs: dict[str, Any]) -> keras.layers.Layer:
    kind, merge_mode = values.pop("layer"), values.pop("merge_mode")
    takes = {param.name for param in catalog().blocks[kind].params}
    inner = {name: value for name, value in values.items() if name in takes}
    dtype = {name: value for name, value in kwargs.items() if name == "dtype"}
    layer = layer_class(kind)(**inner, **dtype, name=kind.lower())
    return keras.layers.Bidirectional(layer, merge_mode=merge_mode, **kwargs)


def _plain(value: Any) -> Any:
    """Lists become tuples, the lists inside them too: Keras takes a list of pairs for something else."""
    return tuple(_plain(one) for one in value) if isinstance(value, list | tuple) else value


def _from_block(block: type[Block]) -> BlockType:
    card = read_card(block.__doc__)
    return BlockType(
        name=block.__name__,
        category=block.category,
        title=block.title(),
        summary=card.summary,
        doc=_clean(block.__doc__),
        params=block.params(),
        min_inputs=block.min_inputs,
        max_inputs=block.max_inputs,
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
    "SeparableConv": "Separable convolution",
    "DepthwiseConv": "Depthwise convolution",
    "Conv": "Convolution",
    "UpSampling": "Upsampling",
    "ReLU": "ReLU",
    "LeakyReLU": "Leaky ReLU",
    "PReLU": "Learnt ReLU",
    "ELU": "ELU",
    "LSTM": "LSTM",
    "GRU": "GRU",
    "SimpleRNN": "Simple recurrent layer",
    "MultiHeadAttention": "Multi-head attention",
    "ConvLSTM": "Convolutional LSTM",
    "RMSNormalization": "RMS normalization",
}


def _title(name: str) -> str:
    """The class name in words: "Transposed convolution 1D"; images, the usual case, go without their 2D."""
    found = re.fullmatch(r"(.+?)(?:([123]D)(Transpose)?)?", name)
    stem, rank, transposed = found.groups()
    words = _TITLES.get(stem) or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", stem).capitalize()
    if transposed:
        words = f"Transposed {words[0].lower()}{words[1:]}"
    return words if rank in (None, "2D") else f"{words} {rank}"


def _clean(doc: str | None) -> str:
    return inspect.cleandoc(doc or "")

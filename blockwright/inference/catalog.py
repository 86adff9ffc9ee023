"""The catalog: the blocks found in `blocks/`, and the plain Keras layers that a design may use."""

import inspect
from functools import cache
from typing import Any

import keras

from blocks import Block, discover
from blocks._documentation import read_documentation
from blockwright.design.composite_catalog import extended
from blockwright.layers import SPECS, call_params, names_with
from blockwright.layers.declaration.spec import LayerSpec
from blockwright.schema.catalog import BlockType, Catalog
from blockwright.schema.design import Design


@cache
def catalog() -> Catalog:
    """Every block and layer with its form and its card. The same object each time: do not change it."""
    blocks = [_from_block(block) for block in discover().values()]
    return Catalog([*(_from_spec(spec) for spec in SPECS.values()), *blocks])


def catalog_of(design: Design) -> Catalog:
    """The catalog together with the blocks that the design defines itself."""
    return extended(catalog(), design)


@cache
def layer_class(name: str) -> type[keras.layers.Layer]:
    """The class behind a name of the catalog; KeyError for any other name."""
    if name in discover():
        return discover()[name]
    if name not in SPECS:
        raise KeyError(name)
    return getattr(keras.layers, name)


def make_layer(block: str, params: dict[str, Any], **kwargs: Any) -> keras.layers.Layer:
    """The layer of a node. What `params` leaves out takes the catalog's default, not Keras's.

    Arguments that go to the layer's call are left out, see `layer_call`. Raises what the layer raises for arguments
    that do not fit together.
    """
    values = {**catalog().defaults(block), **params}
    values = {name: _plain(value) for name, value in values.items() if name not in call_params(block)}
    if isinstance(values.get("vocabulary"), int):
        values["vocabulary"] = (values["vocabulary"],)
    if block in SPECS and SPECS[block].sets_dtype:
        kwargs.pop("dtype", None)
    elif isinstance(kwargs.get("dtype"), keras.DTypePolicy):
        # A policy object keeps layers without a config of their own (ELU, Identity) from being saved; a name does not.
        kwargs["dtype"] = kwargs["dtype"].name
    if block in names_with("wraps"):
        return _wrapper(block, values, kwargs)
    return layer_class(block)(**values, **kwargs)


def _wrapper(block: str, values: dict[str, Any], kwargs: dict[str, Any]) -> keras.layers.Layer:
    """A layer around another one, such as Bidirectional around an LSTM."""
    blocks = catalog().blocks
    wraps = next(param for param in blocks[block].params if param.name == SPECS[block].wraps)
    kind = values.pop(wraps.name)
    inner_names = {param.name for param in blocks[kind].params}
    any_inner = {param.name for choice in wraps.choices for param in blocks[choice].params}
    inner = {name: value for name, value in values.items() if name in inner_names}
    outer = {name: value for name, value in values.items() if name not in any_inner}
    dtype = {name: value for name, value in kwargs.items() if name == "dtype"}
    layer = layer_class(kind)(**inner, **dtype, name=kind.lower())
    return layer_class(block)(layer, **outer, **kwargs)


def _plain(value: Any) -> Any:
    """Lists become tuples, the lists inside them too: Keras takes a list of pairs for something else."""
    return tuple(_plain(entry) for entry in value) if isinstance(value, list | tuple) else value


def _from_block(block: type[Block]) -> BlockType:
    documentation = read_documentation(block.__doc__)
    return BlockType(
        name=block.__name__,
        category=block.category,
        title=block.title(),
        summary=documentation.summary,
        doc=inspect.cleandoc(block.__doc__ or ""),
        params=block.params(),
        min_inputs=block.min_inputs,
        max_inputs=block.max_inputs,
        origin="block",
        opens=block.build is Block.build,
        when=documentation.when,
        paper=documentation.paper,
        input_shape=documentation.input_shape,
        output_shape=documentation.output_shape,
    )


def _from_spec(spec: LayerSpec) -> BlockType:
    documentation = read_documentation(spec.documentation)
    least, most = spec.inputs
    return BlockType(
        name=spec.name,
        category=spec.category,
        title=spec.title,
        summary=documentation.summary,
        doc=spec.documentation,
        params=spec.params,
        min_inputs=least,
        max_inputs=most,
        outputs=1 if spec.states is None else None,
        origin="keras",
        when=documentation.when,
        paper=documentation.paper,
        input_shape=documentation.input_shape,
        output_shape=documentation.output_shape,
    )

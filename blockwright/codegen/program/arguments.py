"""The arguments of a layer or block as a careful person writes them: nothing that is the default anyway."""

import inspect
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from blockwright.codegen.blocks.constant_folding import same
from blockwright.codegen.blocks.specialize_blocks import layer_defaults, signature
from blockwright.inference.catalog import catalog
from blockwright.inference.layer_call import constructor_params
from blockwright.layers import SPECS, names_with
from blockwright.schema.catalog import BlockType

FROZEN = "trainable=False"
_FRACTIONS = {1 / 255: "1 / 255", 1 / 127.5: "1 / 127.5", 1 / 256: "1 / 256", 1 / 128: "1 / 128"}


@dataclass(frozen=True)
class Name:
    """A value that is not known yet, but has a name: an argument of the block around a layer."""

    text: str


def layer_text(
    kind: BlockType,
    class_name: str,
    params: Mapping[str, Any],
    rest: Sequence[str] = (),
    names: Mapping[str, str] | None = None,
    trainable: bool = True,
) -> str:
    """The expression that makes the layer of a block.

    Args:
        kind: the block.
        class_name: its class, for blocks of the project and of the design.
        params: its arguments; what is left out takes the catalog's default.
        rest: further arguments, ready to stand behind them.
        names: the Python names of those arguments that are written; None for all, as they are called.
        trainable: whether training changes its weights.
    """
    if kind.name in names_with("wraps"):
        return _wrapper_text(kind, params, rest, trainable)
    prefix = "layers." if kind.origin == "keras" else ""
    frozen = [] if trainable else [FROZEN]
    return f"{prefix}{class_name}({', '.join([*call_arguments(kind, params, names), *frozen, *rest])})"


def call_arguments(
    kind: BlockType, params: Mapping[str, Any], names: Mapping[str, str] | None = None
) -> list[str]:
    """The arguments of a block, in order, ready to stand between brackets.

    A single required argument stands alone, as do the two of a convolution; every other one is named. Arguments that
    the block does not have, or that belong to its call, are left out.
    """
    if kind.origin == "design":
        defaults: Mapping[str, Any] = kind.defaults()
    else:
        defaults = signature(kind.name) if kind.origin == "block" else layer_defaults(kind.name)
    values = constructor_params(kind.name, {**kind.defaults(), **params})
    required = [param.name for param in kind.params if param.required]
    positional = len(required) == 1 or required == ["filters", "kernel_size"]
    positional = positional and list(defaults)[: len(required)] == required
    written = []
    for param in kind.params:
        if param.name not in values or (names is not None and param.name not in names):
            continue
        value = values[param.name]
        if param.name == "vocabulary" and isinstance(value, int):
            value = (value,)
        default = defaults.get(param.name, inspect.Parameter.empty)
        if param.name in required and positional:
            written.append(value_text(value))
        elif param.name in required or default is inspect.Parameter.empty or not same(value, default):
            written.append(f"{(names or {}).get(param.name, param.name)}={value_text(value)}")
    return written


def _wrapper_text(kind: BlockType, params: Mapping[str, Any], rest: Sequence[str], trainable: bool) -> str:
    """The expression that makes a layer around another one, such as Bidirectional around an LSTM."""
    values = {**kind.defaults(), **params}
    wraps = next(param for param in kind.params if param.name == SPECS[kind.name].wraps)
    kinds = {name: catalog().blocks[name] for name in wraps.choices}
    # Where the inner layer is an argument of the block around it, all of them must take what is written.
    fewest = min(kinds.values(), key=lambda inner: len(inner.params))
    layer = values[wraps.name]
    inner = kinds.get(layer, fewest) if isinstance(layer, str) else fewest
    inner_names = {param.name: param.name for param in inner.params}
    arguments = call_arguments(inner, {name: values[name] for name in inner_names if name in values})
    arguments += [] if trainable else [FROZEN]
    constructor = f"layers.{layer}" if layer in kinds else f"getattr(layers, {value_text(layer)})"
    inside = {wraps.name, *(param.name for inner in kinds.values() for param in inner.params)}
    names = {param.name: param.name for param in kind.params if param.name not in inside}
    outer = [f"{constructor}({', '.join(arguments)})", *call_arguments(kind, params, names), *rest]
    return f"layers.{kind.name}({', '.join(outer)})"


def value_text(value: Any) -> str:
    """A plain value as Python source; lists become tuples, well-known fractions stay fractions."""
    if isinstance(value, Name):
        return value.text
    if isinstance(value, list | tuple):
        entries = ", ".join(map(value_text, value))
        return f"({entries},)" if len(value) == 1 else f"({entries})"
    if isinstance(value, float) and value in _FRACTIONS:
        return _FRACTIONS[value]
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {value_text(entry)}" for key, entry in value.items()) + "}"
    return repr(value)

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
from blockwright.schema.catalog import BlockType

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
) -> str:
    """The expression that makes the layer of a block.

    Args:
        kind: the block.
        class_name: its class, for blocks of the project and of the design.
        params: its arguments; what is left out takes the catalog's default.
        rest: further arguments, ready to stand behind them.
        names: the Python names of those arguments that are written; None for all, as they are called.
    """
    if kind.name == "Bidirectional":
        return _bidirectional(kind, params, rest)
    prefix = "layers." if kind.origin == "keras" else ""
    return f"{prefix}{class_name}({', '.join([*call_arguments(kind, params, names), *rest])})"


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
    alone = len(required) == 1 or required == ["filters", "kernel_size"]
    alone = alone and list(defaults)[: len(required)] == required
    written = []
    for param in kind.params:
        if param.name not in values or (names is not None and param.name not in names):
            continue
        value = values[param.name]
        if param.name == "vocabulary" and isinstance(value, int):
            value = (value,)
        default = defaults.get(param.name, inspect.Parameter.empty)
        if param.name in required and alone:
            written.append(value_text(value))
        elif param.name in required or default is inspect.Parameter.empty or not same(value, default):
            written.append(f"{(names or {}).get(param.name, param.name)}={value_text(value)}")
    return written


def _bidirectional(kind: BlockType, params: Mapping[str, Any], rest: Sequence[str]) -> str:
    """The layer that reads in both directions, around the one that it makes two of."""
    values = {**kind.defaults(), **params}
    layer, merge_mode = values.pop("layer"), values.pop("merge_mode")
    known = catalog().blocks
    if isinstance(layer, str) and layer in known:
        inner = known[layer]
        takes = {param.name for param in inner.params}
        made = layer_text(inner, layer, {name: one for name, one in values.items() if name in takes})
    else:
        takes = {param.name for param in known["SimpleRNN"].params}
        given = call_arguments(
            known["SimpleRNN"], {name: one for name, one in values.items() if name in takes}
        )
        made = f"getattr(layers, {value_text(layer)})({', '.join(given)})"
    outer = [made]
    if not same(merge_mode, layer_defaults("Bidirectional")["merge_mode"]):
        outer.append(f"merge_mode={value_text(merge_mode)}")
    return f"layers.Bidirectional({', '.join([*outer, *rest])})"


def value_text(value: Any) -> str:
    """A plain value as Python source; lists become tuples, well-known fractions stay fractions."""
    if isinstance(value, Name):
        return value.text
    if isinstance(value, list | tuple):
        inner = ", ".join(value_text(one) for one in value)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, float) and value in _FRACTIONS:
        return _FRACTIONS[value]
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {value_text(one)}" for key, one in value.items()) + "}"
    return repr(value)

"""The arguments of a layer or block as a careful person writes them: nothing that is the default anyway."""

import inspect
import math
from typing import Any

from blockwright.modeling.catalog import catalog
from blockwright.modeling.source.folding import same
from blockwright.modeling.source.reducing import layer_defaults, signature

_FRACTIONS = {1 / 255: "1 / 255", 1 / 127.5: "1 / 127.5", 1 / 256: "1 / 256", 1 / 128: "1 / 128"}


def call_arguments(block: str, params: dict[str, Any]) -> list[str]:
    """The arguments of a node, in order, ready to stand between brackets.

    A single required argument stands alone, as do the two of a convolution; every other one is named. Arguments that
    the block does not have are left out.
    """
    kind = catalog().blocks[block]
    defaults = signature(block) if kind.origin == "block" else layer_defaults(block)
    values = {**kind.defaults(), **params}
    required = [param.name for param in kind.params if param.required]
    alone = len(required) == 1 or required == ["filters", "kernel_size"]
    written = []
    for param in kind.params:
        value = values[param.name]
        default = defaults.get(param.name, inspect.Parameter.empty)
        if param.name in required and alone:
            written.append(value_text(value))
        elif param.name in required or default is inspect.Parameter.empty or not same(value, default):
            written.append(f"{param.name}={value_text(value)}")
    return written


def value_text(value: Any) -> str:
    """A plain value as Python source; lists become tuples, well-known fractions stay fractions."""
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

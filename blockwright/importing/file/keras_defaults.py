"""Keras's own defaults for arguments that a configuration leaves out, and whether a value equals one."""

import inspect
from functools import cache
from typing import Any

import keras


@cache
def defaults_of(name: str) -> dict[str, Any]:
    """The defaults of the constructor of one of Keras's layers, by name; empty for a name that it does not have.

    No layer is made.
    """
    layer_class = getattr(keras.layers, name, None)
    if not inspect.isclass(layer_class):
        return {}
    defaults: dict[str, Any] = {}
    for base in layer_class.__mro__:
        if "__init__" not in vars(base) or base is keras.layers.Layer:
            break
        defaults = {**constructor_defaults(base), **defaults}
    return defaults


@cache
def constructor_defaults(kind: Any) -> dict[str, Any]:
    """The defaults of a constructor's own arguments, as JSON."""
    return {
        param.name: _json(param.default)
        for param in inspect.signature(kind.__init__).parameters.values()
        if param.default is not inspect.Parameter.empty
    }


def _json(value: Any) -> Any:
    return [_json(item) for item in value] if isinstance(value, tuple | list) else value


def equal(left: Any, right: Any) -> bool:
    """Whether two values of JSON are equal; true is not 1 here."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(map(equal, left, right))
    return left == right

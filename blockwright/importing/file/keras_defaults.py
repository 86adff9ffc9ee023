"""Keras's own defaults for arguments that a layer's configuration leaves out."""

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
        defaults = {**_defaults(base), **defaults}
    return defaults


@cache
def initializer_names() -> dict[str, str]:
    """The short name of every initializer class: "HeNormal" -> "he_normal"."""
    return {
        initializer.__name__: name
        for name in dir(keras.initializers)
        if name.islower() and inspect.isclass(initializer := getattr(keras.initializers, name))
    }


@cache
def initializer_defaults(name: str) -> dict[str, Any]:
    """The defaults of an initializer's arguments, by its class's name."""
    initializer = getattr(keras.initializers, name, None)
    return _defaults(initializer) if inspect.isclass(initializer) else {}


def _defaults(kind: Any) -> dict[str, Any]:
    return {
        param.name: _json(param.default)
        for param in inspect.signature(kind.__init__).parameters.values()
        if param.default is not inspect.Parameter.empty
    }


def _json(value: Any) -> Any:
    return [_json(item) for item in value] if isinstance(value, tuple | list) else value

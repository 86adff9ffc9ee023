"""What Keras itself takes for an argument that a layer's configuration leaves out."""

import inspect
from functools import cache
from typing import Any

import keras


@cache
def defaults_of(name: str) -> dict[str, Any]:
    """The defaults of the constructor of one of Keras's layers, by name; empty for a name that it does not have.

    The class is only looked at: no layer is made.
    """
    kind = getattr(keras.layers, name, None)
    if not inspect.isclass(kind):
        return {}
    found: dict[str, Any] = {}
    for one in kind.__mro__:
        init = vars(one).get("__init__")
        if init is None or one is keras.layers.Layer:
            break
        for param in inspect.signature(init).parameters.values():
            if param.default is not inspect.Parameter.empty:
                found.setdefault(param.name, _json(param.default))
    return found


@cache
def initializer_names() -> dict[str, str]:
    """The short name of every initializer class: "HeNormal" -> "he_normal"."""
    return {
        one.__name__: name
        for name in dir(keras.initializers)
        if name.islower() and inspect.isclass(one := getattr(keras.initializers, name))
    }


@cache
def initializer_defaults(name: str) -> dict[str, Any]:
    """The defaults of an initializer's arguments, by its class's name."""
    kind = getattr(keras.initializers, name, None)
    if not inspect.isclass(kind):
        return {}
    return {
        param.name: _json(param.default)
        for param in inspect.signature(kind.__init__).parameters.values()
        if param.default is not inspect.Parameter.empty
    }


def _json(value: Any) -> Any:
    return [_json(one) for one in value] if isinstance(value, tuple | list) else value

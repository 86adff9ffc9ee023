"""The names of initializers, from their names or configurations in a file."""

import inspect
from functools import cache
from typing import Any

import keras

from blockwright.importing.file.keras_defaults import constructor_defaults, equal

_SHORT_NAMES = {"random_uniform": "uniform", "random_normal": "normal"}
_LONG_NAMES = {short: long for long, short in _SHORT_NAMES.items()}
_VARIANCES = {
    (1.0, "fan_avg", "uniform"): "glorot_uniform",
    (1.0, "fan_avg", "truncated_normal"): "glorot_normal",
    (2.0, "fan_in", "uniform"): "he_uniform",
    (2.0, "fan_in", "truncated_normal"): "he_normal",
    (1.0, "fan_in", "uniform"): "lecun_uniform",
    (1.0, "fan_in", "truncated_normal"): "lecun_normal",
}
"""The initializers that a VarianceScaling is, by its scale, mode and distribution."""


def initializer_names(value: Any) -> tuple[str, ...]:
    """The names of an initializer that has its default arguments; none for any other."""
    name = _initializer_name(value)
    return tuple(alias for alias in (name, _SHORT_NAMES.get(name or "")) if alias is not None)


def _initializer_name(value: Any) -> str | None:
    if isinstance(value, str):
        return _LONG_NAMES.get(value, _names_of_classes().get(value, value))
    if not isinstance(value, dict) or not isinstance(value.get("class_name"), str):
        return None
    class_name, config = value["class_name"], value.get("config") or {}
    name = _names_of_classes().get(class_name)
    if name is None or not isinstance(config, dict):
        return None
    if class_name == "VarianceScaling":
        scaling = (config.get("scale"), config.get("mode"), config.get("distribution"))
        return next((name for variance, name in _VARIANCES.items() if variance == scaling), None)
    bounds = [config.get("minval"), config.get("maxval")]
    if class_name == "RandomUniform" and equal(bounds, [-0.05, 0.05]):
        return name
    defaults = {**constructor_defaults(getattr(keras.initializers, class_name)), "dtype": "float32"}
    for key, argument in config.items():
        if key != "seed" and argument is not None and not equal(argument, defaults.get(key)):
            return None
    return name


@cache
def _names_of_classes() -> dict[str, str]:
    """The short name of every initializer class: "HeNormal" -> "he_normal"."""
    return {
        initializer.__name__: name
        for name in dir(keras.initializers)
        if name.islower() and inspect.isclass(initializer := getattr(keras.initializers, name))
    }

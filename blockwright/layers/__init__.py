"""The plain Keras layers that a design may use, one declaration each; see `spec`.

Adding a layer means adding its declaration to one of the modules below, and nothing else. The declarations are plain
data and arithmetic on shapes: this package imports no Keras, so every part of the app may read it.
"""

from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import Any

from blockwright.layers import (
    activation,
    attention,
    borders,
    convolution,
    dense,
    merging,
    normalization,
    pooling,
    recurrent,
    regularization,
    sequences,
)
from blockwright.layers.declaration.spec import LayerSpec
from blockwright.layers.preprocessing import features, images, vocabulary

_MODULES = (
    convolution,
    borders,
    pooling,
    dense,
    activation,
    normalization,
    regularization,
    merging,
    sequences,
    recurrent,
    attention,
    vocabulary,
    features,
    images,
)


def _declared_in(module: ModuleType) -> list[LayerSpec]:
    values = [value if isinstance(value, tuple) else (value,) for value in vars(module).values()]
    return [spec for group in values for spec in group if isinstance(spec, LayerSpec)]


SPECS: dict[str, LayerSpec] = {spec.name: spec for module in _MODULES for spec in _declared_in(module)}
"""Every declared layer by its Keras name, in the order of the palette."""


@cache
def names_with(fact: str) -> frozenset[str]:
    """The layers of which a field of `LayerSpec` is true, or not empty."""
    return frozenset(name for name, spec in SPECS.items() if getattr(spec, fact))


def call_params(block: str) -> tuple[str, ...]:
    """The arguments of a block that belong to its call and not to its constructor."""
    return SPECS[block].call_params if block in SPECS else ()


def makes_mask(name: str, params: Mapping[str, Any]) -> bool:
    """Whether a layer of that class marks padding itself, with these arguments."""
    return name in SPECS and SPECS[name].makes_mask(params)

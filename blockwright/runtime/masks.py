"""Masks of sequences around layers that remove them."""

from typing import Any

import keras


def keeping_masks(layer: Any, *values: Any, **arguments: Any) -> Any:
    """Call attention on copies: it removes the masks of its inputs, and layers further on need them."""
    copy = keras.layers.Activation(keras.ops.copy, autocast=False, name="copy")
    return layer(*map(copy, values), **arguments)

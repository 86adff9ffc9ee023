"""Masks of sequences around layers that remove them."""

from typing import Any


def keeping_masks(layer: Any, *values: Any, **arguments: Any) -> Any:
    """Call attention, which removes the masks of its inputs, and put them back for the layers that read them next."""
    masks = [getattr(value, "_keras_mask", None) for value in values]
    result = layer(*values, **arguments)
    for value, mask in zip(values, masks, strict=True):
        if mask is not None:
            value._keras_mask = mask
    return result

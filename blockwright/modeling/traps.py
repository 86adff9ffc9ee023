"""What Keras takes when a layer is built, and only refuses, or gets wrong, when the network runs."""

from typing import Any

from blockwright.modeling.costs import Shape


def trap(block: str, params: dict[str, Any], given: list[Shape]) -> str | None:
    """Why a node would fail later; None for one that would not."""
    if block == "Concatenate" and len(given) > 1:
        axis = params.get("axis", -1)
        rank = max(len(shape) for shape in given)
        if not -rank < axis < rank or axis == 0:
            return f"There is no dimension {axis} to concatenate along."
        others = {shape[: axis % rank] + shape[axis % rank + 1 :] for shape in given}
        if any(len(shape) != rank for shape in given) or not _agree(list(others)):
            return "The branches differ in more than one dimension."
    if block in ("SeparableConv2D", "DepthwiseConv2D"):
        strides = params.get("strides", 1)
        if isinstance(strides, list | tuple) and strides[0] != strides[1]:
            return "TensorFlow takes one stride for rows and columns here."
    return None


def _agree(shapes: list[Shape]) -> bool:
    sizes = [{size for size in column if size is not None} for column in zip(*shapes, strict=True)]
    return all(len(column) <= 1 for column in sizes)

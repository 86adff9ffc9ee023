"""What Keras takes when a layer is built, and only refuses, or gets wrong, when the network runs."""

from collections.abc import Sequence
from typing import Any

from blockwright.modeling.costs import Shape

IMAGES_ONLY = frozenset(
    {"CenterCrop", "Resizing", "RandomFlip", "RandomRotation", "RandomTranslation", "SpatialDropout2D"}
)
ONE_STRIDE = frozenset({"SeparableConv2D", "DepthwiseConv2D"})


def trap(block: str, params: dict[str, Any], given: Sequence[Shape], dtypes: Sequence[str]) -> str | None:
    """Why a node would fail later; None for one that would not."""
    if not takes_dtypes(block, dtypes):
        return f"It works on floating-point numbers, not on {dtypes[0]}."
    if block in IMAGES_ONLY and len(given[0]) != 4:
        return "It works on images."
    if block == "Concatenate":
        axis = params.get("axis", -1)
        rank = max(len(shape) for shape in given)
        if not -rank < axis < rank or axis == 0:
            return f"There is no dimension {axis} to concatenate along."
        others = [shape[: axis % rank] + shape[axis % rank + 1 :] for shape in given]
        if any(len(shape) != rank for shape in given) or not _agree(others):
            return "The branches differ in more than one dimension."
    if block in ONE_STRIDE:
        strides = params.get("strides", 1)
        if isinstance(strides, list | tuple) and strides[0] != strides[1]:
            return "TensorFlow takes one stride for rows and columns here."
    return None


def takes_dtypes(block: str, dtypes: Sequence[str]) -> bool:
    """Whether a block can compute with such numbers: whole ones only go into Rescaling, text nowhere."""
    return all("float" in dtype or (dtype.startswith("int") and block == "Rescaling") for dtype in dtypes)


def _agree(shapes: list[Shape]) -> bool:
    sizes = [{size for size in column if size is not None} for column in zip(*shapes, strict=True)]
    return all(len(column) <= 1 for column in sizes)

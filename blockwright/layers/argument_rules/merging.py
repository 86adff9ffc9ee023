"""Layers that read several nodes."""

from typing import Any

from blockwright.layers.costs import Shape


def _concatenate(params: dict[str, Any], given: list[Shape]) -> str | None:
    axis = params["axis"]
    rank = max(len(shape) for shape in given)
    if not -rank < axis < rank or axis == 0:
        return f"There is no dimension {axis} to concatenate along."
    others = [shape[: axis % rank] + shape[axis % rank + 1 :] for shape in given]
    if any(len(shape) != rank for shape in given) or not _agree(others):
        return "The branches differ in more than one dimension."
    return None


def _agree(shapes: list[Shape]) -> bool:
    sizes = [{size for size in column if size is not None} for column in zip(*shapes, strict=True)]
    return all(len(column) <= 1 for column in sizes)


def _dot(params: dict[str, Any], given: list[Shape]) -> str | None:
    value = params["axes"]
    axes = list(value) if isinstance(value, list | tuple) else [value, value]
    if len(axes) != 2:
        return f"`axes` must be one number, or one for each of the two. Received: axes={value}."
    sizes = []
    for axis, shape in zip(axes, given, strict=True):
        if not -len(shape) < axis < len(shape) or axis == 0:
            return f"There is no dimension {axis} to sum the products along; 0 is the batch. Received: axes={value}."
        sizes.append(shape[axis])
    if sizes[0] != sizes[1]:
        words = [f"{size:,}" if size is not None else "an open number" for size in sizes]
        return f"It sums products along dimensions of one size, but they have {words[0]} and {words[1]}."
    return None


def _one_shape(params: dict[str, Any], given: list[Shape]) -> str | None:
    if len({len(shape) for shape in given}) > 1 or not _agree(given):
        return "It adds number by number, so both that it reads must have one shape."
    return None


RULES = {"Concatenate": _concatenate, "Dot": _dot, "ScaledAdd": _one_shape}

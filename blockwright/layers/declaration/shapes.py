"""Shapes, the batch included, and how many numbers they hold."""

import math
from collections.abc import Sequence
from typing import Any

Shape = tuple[int | None, ...]


def known_sizes(*sizes: int | None) -> list[int] | None:
    """These sizes, or None where one of them is open."""
    fixed_sizes = [size for size in sizes if size is not None]
    return fixed_sizes if len(fixed_sizes) == len(sizes) else None


def value_count(shape: Shape) -> int | None:
    """How many numbers one example of that shape (with the batch) holds; None with an open size."""
    sizes = known_sizes(*shape[1:])
    return None if sizes is None else math.prod(sizes)


def points_in(shape: Shape) -> int | None:
    """How many points one example of that shape has, the channels left out; None with an open size."""
    return value_count(shape[:-1])


def each(value: Any, count: int) -> list[int]:
    """One number for each of `count` dimensions, from one number for all or a list."""
    return list(value) if isinstance(value, list | tuple) else [value] * count


def as_list(value: Any) -> list[Any]:
    """A list as it is, and one value as a list of one."""
    return list(value) if isinstance(value, list | tuple) else [value]


def same_sizes(shapes: Sequence[Shape]) -> bool:
    """Whether shapes of as many dimensions agree in every size that is known."""
    columns = [{size for size in sizes if size is not None} for sizes in zip(*shapes, strict=True)]
    return all(len(column) <= 1 for column in columns)

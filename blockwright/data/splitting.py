"""Splitting examples by a seed, every class in its share where that is possible."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


def split(labels: "np.ndarray", part: int, seed: int) -> tuple["np.ndarray", "np.ndarray", bool]:
    """Split off `part` of `len(labels)` examples.

    Args:
        labels: class numbers, shape `(examples,)`.
        part: how many examples to split off, from 1 to `examples - 1`.
        seed: the same seed gives the same split.

    Returns: sorted positions of the rest, sorted positions of the part, and whether the part is stratified (holds
    every class that has two examples or more, in its share of the whole, rounded).
    """
    import numpy as np

    generator = np.random.default_rng(seed)
    order = generator.permutation(len(labels))
    classes, counts = np.unique(labels, return_counts=True)
    quota = counts * (part / len(labels))
    taken = np.minimum(np.floor(quota).astype(np.int64), counts - 1)
    by_remainder = np.argsort(-(quota - taken), kind="stable")
    while taken.sum() < part:
        open_classes = [one for one in by_remainder if taken[one] < counts[one] - 1][
            : part - int(taken.sum())
        ]
        if not open_classes:
            return (*_plain(order, part), False)
        taken[open_classes] += 1
    shuffled = labels[order]
    chosen = np.concatenate(
        [order[np.flatnonzero(shuffled == one)[:count]] for one, count in zip(classes, taken, strict=True)]
    )
    mask = np.zeros(len(labels), dtype=bool)
    mask[chosen] = True
    stratified = bool(np.all((taken > 0) | (counts < 2)))
    return np.flatnonzero(~mask), np.flatnonzero(mask), stratified


def _plain(order: "np.ndarray", part: int) -> tuple["np.ndarray", "np.ndarray"]:
    import numpy as np

    return np.sort(order[part:]), np.sort(order[:part])


def part_size(examples: int, share: float) -> int:
    """How many of `examples` a share means, leaving neither side empty."""
    return min(max(1, round(examples * share)), examples - 1)


def split_plain(examples: int, part: int, seed: int) -> tuple["np.ndarray", "np.ndarray"]:
    """Split off `part` of that many examples at random: sorted positions of the rest, and of the part."""
    import numpy as np

    return _plain(np.random.default_rng(seed).permutation(examples), part)

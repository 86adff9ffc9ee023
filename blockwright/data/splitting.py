"""Splitting examples by a seed, with the same share of every class in both parts if possible."""

import math
from typing import NamedTuple

import numpy as np

from blockwright.recipe.settings import DATA_VERSION, DataVersion
from blockwright.runtime import earlier_splitting

LEAST_EXAMPLES = 2
"""Of a file: one to train and one to test."""
FEW_EXAMPLES = 10


def few_examples(count: int) -> list[str]:
    """A note where so many examples of a file are enough to try a network, but too few to learn from."""
    if count >= FEW_EXAMPLES:
        return []
    return [
        f"{count} examples are enough to try a network, but too few to learn from, or to tell how good it is. Without "
        "a validation part (validation: none) more of them train."
    ]


class Split(NamedTuple):
    """The indices of both parts, and whether every class has its share in both."""

    rest: np.ndarray
    part: np.ndarray
    stratified: bool


def split(
    examples: int,
    size: int,
    seed: int,
    labels: np.ndarray | None = None,
    version: DataVersion = DATA_VERSION,
) -> Split:
    """Split `size` of so many examples off, stratified by `labels` `(examples,)` if given and possible.

    The same seed gives the same split in the same `version` (see `recipe.settings.DATA_VERSION`).
    """
    if version == 1:
        return _earlier_split(examples, size, seed, labels)
    from sklearn.model_selection import train_test_split

    stratified = labels is not None and can_stratify(labels, examples, size)
    rest, part = train_test_split(
        np.arange(examples), test_size=size, stratify=labels if stratified else None, random_state=seed
    )
    return Split(rest, part, stratified)


def can_stratify(labels: np.ndarray, examples: int, size: int) -> bool:
    """Whether scikit-learn can stratify: every class has two examples, and neither part fewer than classes."""
    classes, counts = np.unique(labels, return_counts=True)
    return bool(counts.min() >= 2) and len(classes) <= min(size, examples - size)


def part_size(examples: int, share: float) -> int:
    """The number of examples of a test part, leaving neither side empty."""
    return min(max(1, round(examples * share)), examples - 1)


def validation_size(examples: int, share: float, version: DataVersion = DATA_VERSION) -> int:
    """The number of validation examples, rounded up as scikit-learn does, leaving no side empty."""
    return part_size(examples, share) if version == 1 else min(math.ceil(examples * share), examples - 1)


def _earlier_split(examples: int, size: int, seed: int, labels: np.ndarray | None) -> Split:
    if labels is None:
        return Split(*earlier_splitting.split_at_random(examples, size, seed), False)
    rest, part = earlier_splitting.split(labels, size, seed)
    classes, counts = np.unique(labels, return_counts=True)
    return Split(rest, part, bool(np.isin(classes[counts > 1], labels[part]).all()))

"""The splits of runs of data version 1, before scikit-learn made them."""

import numpy as np


def split(labels: np.ndarray, size: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Sorted indices of the examples that stay, and of `size` ones that are split off by class."""
    order = np.random.default_rng(seed).permutation(len(labels))
    classes, counts = np.unique(labels, return_counts=True)
    share = counts * (size / len(labels))
    taken = np.minimum(np.floor(share).astype(int), counts - 1)
    by_remainder = np.argsort(-(share - taken), kind="stable")
    while taken.sum() < size:
        free = [index for index in by_remainder if taken[index] < counts[index] - 1]
        if not free:  # too few examples for every class to have its share
            return np.sort(order[size:]), np.sort(order[:size])
        taken[free[: size - taken.sum()]] += 1
    shuffled = labels[order]
    chosen = [
        order[np.flatnonzero(shuffled == label)[:count]] for label, count in zip(classes, taken, strict=True)
    ]
    split_off = np.zeros(len(labels), dtype=bool)
    split_off[np.concatenate(chosen)] = True
    return np.flatnonzero(~split_off), np.flatnonzero(split_off)


def split_at_random(examples: int, size: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Sorted indices of the examples that stay, and of `size` ones that are split off."""
    order = np.random.default_rng(seed).permutation(examples)
    return np.sort(order[size:]), np.sort(order[:size])

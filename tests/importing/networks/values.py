"""Values for the inputs of networks, the same each time."""

import numpy as np


def numbers(*shape: int) -> np.ndarray:
    """Normal numbers of that shape, the batch first."""
    return np.random.default_rng(7).normal(size=shape).astype("float32")


def tokens(most: int, *shape: int) -> np.ndarray:
    """Whole numbers from 1 to `most` - 1, the last of every row 0 as padding."""
    drawn = np.random.default_rng(8).integers(1, most, size=shape).astype("int32")
    drawn[..., -1] = 0
    return drawn

"""For every declared layer something that it takes: shapes with the batch, data types, and values to run on."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from blockwright.schema.catalog import BlockType

_SPECIAL: dict[str, tuple[tuple[int | None, ...], str]] = {
    "TextVectorization": ((None, 1), "string"),
    "StringLookup": ((None, 3), "string"),
    "IntegerLookup": ((None, 3), "int64"),
    "CategoryEncoding": ((None, 3), "int32"),
    "Hashing": ((None, 1), "string"),
    "HashedCrossing": ((None, 1), "string"),
    "ConvLSTM2D": ((None, 3, 6, 6, 2), "float32"),
    "Discretization": ((None, 3), "float32"),
    "Embedding": ((None, 6), "int32"),
    "RepeatVector": ((None, 5), "float32"),
    "Permute": ((None, 3, 4), "float32"),
}
_BY_RANK = {"1D": (None, 12, 32), "2D": (None, 12, 12, 32), "3D": (None, 8, 8, 8, 32)}
VOCABULARY = {
    "TextVectorization": {"vocabulary": ["red", "green", "blue"]},
    "StringLookup": {"vocabulary": ["red", "green", "blue"]},
    "IntegerLookup": {"vocabulary": [1, 2, 5]},
    "Discretization": {"num_bins": None, "bin_boundaries": [0.25, 0.5, 0.75]},
}
"""What a layer that learns from data must be given to run without."""


def suitable(kind: BlockType) -> tuple[list[tuple[int | None, ...]], list[str]]:
    """Shapes and data types of what a layer can read with its starting arguments."""
    shape, dtype = _SPECIAL.get(kind.name, (None, "float32"))
    if shape is None:
        rank = next((rank for rank in _BY_RANK if rank in kind.name), None)
        sequence = kind.category in ("Sequences", "Attention")
        shape = _BY_RANK["1D" if sequence else rank or "2D"]
    count = max(kind.min_inputs, 2 if kind.category == "Merging" else 1)
    return [shape] * count, [dtype] * count


def values(shapes: list[Any], dtypes: list[str], tokens: int = 6) -> list[Any]:
    """Two examples of each of these shapes; whole numbers stay below `tokens`."""
    chance = np.random.default_rng(0)
    found = []
    for shape, dtype in zip(shapes, dtypes, strict=True):
        size = (2, *shape[1:])
        if dtype == "string":
            found.append(tf.constant(chance.choice(["red green", "blue", "Red!", "violet"], size)))
        elif "int" in dtype:
            found.append(keras.ops.convert_to_tensor(chance.integers(0, tokens, size).astype(dtype)))
        else:
            found.append(keras.ops.convert_to_tensor(chance.uniform(0, 1, size).astype(dtype)))
    return found

"""For every declared layer something that it takes: shapes with the batch, data types, and values to run on."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from blockwright.layers import SPECS
from blockwright.schema.catalog import BlockType

VOCABULARY = {name: dict(spec.example_params) for name, spec in SPECS.items() if spec.example_params}
"""What a layer that learns from data must be given to run without."""


def suitable(kind: BlockType) -> tuple[list[tuple[int | None, ...]], list[str]]:
    """Shapes and data types of what a layer can read with its starting arguments."""
    spec = SPECS[kind.name]
    count = max(spec.inputs[0], 2 if spec.call == "list" else 1)
    return [spec.example_shape] * count, [spec.example_dtype] * count


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

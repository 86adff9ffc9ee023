"""Weights to start from, by the names of layers. The text of the function stands in generated files."""

from typing import Any

import numpy as np


def take_weights(model: Any, path: str) -> None:
    """Start from the weights of another network: each layer takes those that are stored under its name."""
    with np.load(path) as arrays:
        for layer in model.layers:
            names = [f"{layer.name}/{number}" for number in range(len(layer.weights))]
            if names and all(name in arrays for name in names):
                layer.set_weights([arrays[name] for name in names])

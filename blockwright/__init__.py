"""Blockwright: pick and stack blocks into a Keras network, train it live, see where it makes mistakes.

From a notebook: `from blockwright import Design, build, describe, read_design, train`. Keras is imported
only when one of `build`, `describe` and `train` is used.
"""

from importlib import import_module
from typing import Any

from blockwright.design.parse import read_design
from blockwright.design.presets import preset, presets
from blockwright.schema.design import Design
from blockwright.schema.findings import DesignError

__all__ = [
    "Design",
    "DesignError",
    "build",
    "describe",
    "preset",
    "presets",
    "read_design",
    "resume",
    "train",
]

_LAZY = {
    "build": "blockwright.network",
    "describe": "blockwright.network",
    "resume": "blockwright.training.local",
    "train": "blockwright.training.local",
}


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'blockwright' has no attribute {name!r}")

"""Blockwright: pick and stack blocks into a Keras network, train it live, see where it errs.

From a notebook: `from blockwright import Design, build, describe, read_design, train`. Nothing here imports
Keras until it is asked to build something.
"""

from importlib import import_module

from blockwright.design.parse import read_design
from blockwright.design.presets import preset, presets
from blockwright.schema.design import Design
from blockwright.schema.findings import DesignError

__all__ = ["Design", "DesignError", "build", "describe", "preset", "presets", "read_design", "train"]

_LATER = {
    "build": "blockwright.network",
    "describe": "blockwright.network",
    "train": "blockwright.training.local",
}


def __getattr__(name: str) -> object:
    if name in _LATER:
        return getattr(import_module(_LATER[name]), name)
    raise AttributeError(f"module 'blockwright' has no attribute {name!r}")

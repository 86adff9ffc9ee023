"""Ids for nodes and names for composites, made from the names of layers and models."""

import itertools
import re
from collections.abc import Container

from blockwright.schema.design import MAX_NAME
from blockwright.schema.text import ascii_text

_MAX_COMPOSITE_NAME = 56


def node_id(name: str, taken: Container[str]) -> str:
    """An id from a layer's name: at most 120 characters on one line, and not in `taken`.

    "a/1" would mean the second output of "a", so its slash becomes an underscore.
    """
    base = " ".join("".join(char if char.isprintable() else " " for char in name).split())[: MAX_NAME - 10]
    base = re.sub(r"/(?=\d+$)", "_", base) or "layer"
    return _unique(base, "_", taken)


def composite_name(name: str, taken: Container[str]) -> str:
    """A block's name from a model's name: "encoder_block_1" -> "EncoderBlock1", not in `taken`."""
    words = re.findall(r"[A-Za-z0-9]+", ascii_text(name))
    base = "".join(word[0].upper() + word[1:] for word in words)[:_MAX_COMPOSITE_NAME]
    if not base or not base[0].isalpha():
        base = f"Model{base}"[:_MAX_COMPOSITE_NAME]
    if base in ("None", "True", "False"):
        base += "Block"
    return _unique(base, "", taken)


def _unique(base: str, separator: str, taken: Container[str]) -> str:
    numbered = (f"{base}{separator}{number}" for number in itertools.count(2))
    return next(name for name in itertools.chain([base], numbered) if name not in taken)

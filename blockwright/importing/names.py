"""Ids for nodes and names for composites, made from the names of layers and models."""

import re
from collections.abc import Container

from blockwright.schema.design import MAX_NAME
from blockwright.schema.text import ascii_text

_LONGEST_COMPOSITE = 56


def node_id(name: str, taken: Container[str]) -> str:
    """An id from a layer's name: at most 120 characters on one line, and not in `taken`.

    "a/1" would read as the second result of "a", so its slash becomes an underscore.
    """
    base = " ".join("".join(one if one.isprintable() else " " for one in name).split())[: MAX_NAME - 10]
    base = re.sub(r"/(?=\d+$)", "_", base) or "layer"
    chosen, number = base, 1
    while chosen in taken:
        number += 1
        chosen = f"{base}_{number}"
    return chosen


def composite_name(name: str, taken: Container[str]) -> str:
    """A block's name from a model's name: "encoder_block_1" -> "EncoderBlock1", not in `taken`."""
    words = re.findall(r"[A-Za-z0-9]+", ascii_text(name))
    base = "".join(one[0].upper() + one[1:] for one in words)[:_LONGEST_COMPOSITE]
    if not base or not base[0].isalpha():
        base = f"Model{base}"[:_LONGEST_COMPOSITE]
    if base in ("None", "True", "False"):
        base += "Block"
    chosen, number = base, 1
    while chosen in taken:
        number += 1
        chosen = f"{base}{number}"
    return chosen

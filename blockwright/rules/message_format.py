"""Shapes, nodes and amounts in words, and what is left of an error of Keras's when its noise is gone."""

import re
from collections.abc import Iterable

from blockwright.layers.declaration.shapes import Shape
from blockwright.schema.design import Node
from blockwright.schema.text import shape_text


def shape_words(shape: Shape) -> str:
    """`(None, 7, 7, 64)` as "7 x 7 x 64", `(None, 10)` as "10 values"; an open size reads "any"."""
    sizes = shape_text(shape[1:], scalar="one value")
    if len(shape) == 2:
        return "1 value" if sizes == "1" else f"{sizes} values"
    return sizes


def named(node: Node) -> str:
    """A node as messages call it: `` `Dense` "head" ``."""
    return f'`{node.block}` "{node.id}"'


def listed(words: Iterable[str]) -> str:
    """Words in a row, with "and" before the last."""
    words = list(words)
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def amount(size: float) -> str:
    """Bytes with a unit: 1 MB is a million bytes."""
    for unit, step in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= step:
            return f"{size / step:,.1f}".removesuffix(".0") + f" {unit}"
    return f"{size:.0f} bytes"


def first_sentence(message: str) -> str:
    """The first sentence of an error of Keras's, without colours, headings and layer names it made up."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", message)
    text = re.sub(r"^Exception encountered when calling [^\n]*\n+", "", text).strip()
    text = re.sub(r"^Could not automatically infer.*?Error encountered:\s*", "", text, flags=re.DOTALL)
    text = re.sub(
        r"Input \d+ (with name '[^']*' )?of layer '?[\w.\"]+'? is incompatible with the layer: ", "", text
    )
    text = re.sub(r"\bof layer \"?[\w.]+\"?", "of the layer", text)
    sentence = re.split(r"(?<=[.!?])\s|\n", " ".join(text.split()), maxsplit=1)[0]
    return sentence[:240].rstrip(".") + "."

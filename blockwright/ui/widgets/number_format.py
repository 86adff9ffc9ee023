"""Numbers and shapes as people read them: thousands separated, units beside them."""

import math
from collections.abc import Sequence

from blockwright.schema.design import Design
from blockwright.schema.text import shape_text

KINDS = {
    "float32": "numbers",
    "int32": "whole numbers",
    "int64": "whole numbers",
    "uint8": "bytes",
    "bool": "yes or no",
    "string": "text",
}
"""What the values of an input are, by their dtype."""


def count(number: float | None) -> str:
    """A whole number with its thousands separated: 586,730. An unknown one is a dash."""
    return "–" if number is None else f"{number:,.0f}"


def short(number: float | None) -> str:
    """A number in three figures: 587 k, 1.66 M, 23.4 G."""
    if number is None:
        return "–"
    for limit, unit in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(number) >= limit:
            return (
                f"{number / limit:.3g} {unit}" if number / limit < 1000 else f"{number / limit:,.0f} {unit}"
            )
    return f"{number:.0f}"


def size(number: float | None) -> str:
    """A number of bytes: 812 B, 1.4 kB, 23.4 MB (decimal units)."""
    if number is None:
        return "–"
    for limit, unit in ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if abs(number) >= limit:
            return (
                f"{number / limit:.3g} {unit}" if number / limit < 1000 else f"{number / limit:,.0f} {unit}"
            )
    return f"{number:.0f} B"


def shape(dimensions: Sequence[int | None] | None, batch: bool = True) -> str:
    """A shape without its batch: 28 × 28 × 1; a size left open is a question mark, an unknown shape a dash.

    `batch` says whether the first entry is the batch.
    """
    if dimensions is None:
        return "–"
    kept = list(dimensions)[1:] if batch else list(dimensions)
    return shape_text(kept, unknown="?", scalar="one number", separator=" × ")


def read_by(design: Design) -> str:
    """What a design reads, in few words: the shape of its one input, or the names of several; texts are texts."""
    if len(design.inputs) > 1:
        return f"{len(design.inputs)} inputs: {', '.join(one.id for one in design.inputs)}"
    one = design.inputs[0]
    if one.dtype == "string":
        return "text"
    words = shape(one.shape, batch=False)
    return f"{words} numbers" if words.isdigit() and words != "1" else words


def value(given: object) -> str:
    """A parameter's value in few characters: 3, 3×3, same, on."""
    if isinstance(given, bool):
        return "on" if given else "off"
    if given is None:
        return "none"
    if isinstance(given, dict) and given.keys() == {"param"}:
        return f"argument ({given['param']})"
    if isinstance(given, list | tuple):
        if len(given) > 6:
            return f"{len(given):,} entries"
        plain = all(isinstance(one, int | float) for one in given)
        return ("×" if plain else ", ").join(value(one) for one in given)
    if isinstance(given, float):
        return decimal(given)
    return str(given)


def decimal(number: float) -> str:
    """A number to six figures as people write it: 3, 0.001, 0.00001001; very small and large ones as 1e-7, 2.5e20.

    The fields of the browser write them the same way.
    """
    if number and not 1e-6 <= abs(number) < 1e15:
        mantissa, _, power = f"{number:e}".partition("e")
        if power:
            return f"{float(mantissa):g}e{int(power)}"
    if not math.isfinite(number) or number == int(number):
        return f"{number:.0f}"
    return f"{float(f'{number:.6g}'):.12f}".rstrip("0").rstrip(".")

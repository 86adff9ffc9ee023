"""Numbers, shapes and times as people read them: thousands separated, units beside them."""

import math
import time
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


UNKNOWN = "–"


def count(number: float | None) -> str:
    """A whole number with its thousands separated: 586,730. An unknown one is a dash."""
    return UNKNOWN if number is None else f"{number:,.0f}"


def counted(number: int, noun: str) -> str:
    """A number with its noun: 1 epoch, 1,200 epochs."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def short(number: float | None) -> str:
    """A number in three figures: 587 k, 1.66 M, 23.4 G."""
    return _scaled(number, ("", " k", " M", " G", " T"))


def size(number: float | None) -> str:
    """A number of bytes: 812 B, 1.4 kB, 23.4 MB (decimal units)."""
    return _scaled(number, (" B", " kB", " MB", " GB", " TB"))


def _scaled(number: float | None, units: Sequence[str]) -> str:
    """A number in three figures, with the unit of the power of 1,000 that it is written in."""
    if number is None:
        return UNKNOWN
    power = max((power for power in range(len(units)) if abs(number) >= 1000**power), default=0)
    scaled = number / 1000**power
    return (f"{scaled:.3g}" if power and abs(scaled) < 999.5 else f"{scaled:,.0f}") + units[power]


def percent(share: float | None) -> str:
    """A share as a percentage with one decimal: 93.3 %. Unknown is a dash."""
    return UNKNOWN if share is None else f"{100 * share:.1f} %"


def number(value: float | None, unit: str = "") -> str:
    """A loss or an error in four figures, with its unit: 0.6931, 12.5 euro. Unknown is a dash."""
    return UNKNOWN if value is None else f"{value:.4g} {unit}".rstrip()


def difference(largest: float, tolerance: float) -> str:
    """How far two results are apart, beside what is allowed."""
    words = f"largest difference {largest:.1e}" if largest else "no difference"
    return f"{words}, allowed {tolerance:.0e}"


def duration(seconds: float | None) -> str:
    """A length of time in two figures: 0.8 s, 42 s, 3 min 5 s, 2 h 10 min. Unknown is a dash."""
    if seconds is None:
        return UNKNOWN
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def rough_duration(seconds: float) -> str:
    """An estimated length of time in one unit: 3 seconds, 40 seconds, 12 minutes, 3 hours, 2 days."""
    if seconds < 9.5:
        return counted(max(1, round(seconds)), "second")
    if seconds < 90:
        return f"{round(seconds / 10) * 10} seconds"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} minutes"
    if seconds < 48 * 3600:
        return f"{round(seconds / 3600)} hours"
    return f"{round(seconds / 86400):,} days"


def ago(moment: float, now: float | None = None) -> str:
    """How long ago a moment (seconds since 1970) was: just now, 5 min ago, 3 h ago, 2 days ago."""
    passed = max(0.0, (time.time() if now is None else now) - moment)
    if passed < 60:
        return "just now"
    if passed < 3600:
        return f"{passed // 60:.0f} min ago"
    if passed < 86_400:
        return f"{passed // 3600:.0f} h ago"
    days = int(passed // 86_400)
    return "yesterday" if days == 1 else f"{days} days ago"


def until(moment: float, now: float | None = None) -> str:
    """How long it is until a moment (seconds since 1970): in 6 days, in 3 hours; a past one is soon."""
    left = moment - (time.time() if now is None else now)
    return f"in {rough_duration(left)}" if left >= 90 else "soon"


def ordinal(position: int) -> str:
    """1st, 2nd, 3rd, 4th, …, 11th, 12th, 13th, …"""
    ending = "th" if position % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(position % 10, "th")
    return f"{position}{ending}"


def shape(dimensions: Sequence[int | None] | None, batch: bool = True) -> str:
    """A shape without its batch: 28 × 28 × 1; a size left open is a question mark, an unknown shape a dash.

    `batch` says whether the first entry is the batch.
    """
    if dimensions is None:
        return UNKNOWN
    sizes = list(dimensions)[1:] if batch else list(dimensions)
    return shape_text(sizes, unknown="?", scalar="one value", separator=" × ")


def example_shape(sizes: Sequence[int | None]) -> str:
    """The shape of one example in words: 28 × 28 × 1, 10 values, one value."""
    words = shape(sizes, batch=False)
    return f"{words} values" if words.isdigit() and words != "1" else words


def input_shapes(design: Design) -> str:
    """The shape of a design's one input, or the names of several; texts are texts."""
    if len(design.inputs) > 1:
        return f"{len(design.inputs)} inputs: {', '.join(entry.id for entry in design.inputs)}"
    entry = design.inputs[0]
    return "text" if entry.dtype == "string" else example_shape(entry.shape)


def value(param: object) -> str:
    """A parameter's value in few characters: 3, 3×3, same, on."""
    if isinstance(param, bool):
        return "on" if param else "off"
    if param is None:
        return "none"
    if isinstance(param, dict) and param.keys() == {"param"}:
        return f"argument ({param['param']})"
    if isinstance(param, list | tuple):
        if len(param) > 6:
            return f"{len(param):,} entries"
        separator = "×" if all(isinstance(entry, int | float) for entry in param) else ", "
        return separator.join(map(value, param))
    if isinstance(param, float):
        return decimal(param)
    return str(param)


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

"""Text as Plotly shows it: what people typed stays text, numbers are rounded to what can be read."""

import math


def plain(text: str, limit: int = 60) -> str:
    """`text` for a label or a hover, cut to `limit` characters; Plotly would read `<` as markup."""
    short = text if len(text) <= limit else text[: limit - 1] + "…"
    return short.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", " ")


def unique(names: list[str], limit: int = 60) -> list[str]:
    """`names` for an axis, where two equal names would fall together: the later ones get a number."""
    counts: dict[str, int] = {}
    labels = []
    for name in names:
        label = plain(name, limit)
        counts[label] = counts.get(label, 0) + 1
        labels.append(label if counts[label] == 1 else f"{label} ({counts[label]})")
    return labels


def rounded(value: float | None, digits: int = 5) -> float | None:
    """`value` to so many significant digits; None (a gap in the line) where it is not a finite number."""
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.{digits}g}")

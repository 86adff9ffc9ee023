"""Thumbnails of the examples: their networks with every block opened, from left to right.

Each is an SVG picture in an image element, because Streamlit takes drawings out of the HTML of a page.
"""

import json
from functools import cache
from pathlib import Path
from urllib.parse import quote

from blockwright.schema.block_colours import CATEGORY_COLOURS
from blockwright.schema.topology import Topology

WIDTH, HEIGHT = 280, 48
_STEP = 24.0
_FILE = Path(__file__).parent / "topologies.json"


@cache
def topologies() -> dict[str, Topology]:
    """The topology of each example by its key, as `make thumbnails` wrote it."""
    entries = json.loads(_FILE.read_text(encoding="utf-8"))
    return {key: Topology.model_validate(entry) for key, entry in entries.items()}


@cache
def thumbnail(key: str) -> str:
    """The picture of an example's network, as HTML: parts in the colours of their categories, and their connections."""
    drawn = topologies()[key]
    places = [place for parts in drawn.parts.values() for place in parts]
    step = min(_STEP, WIDTH / (max(column for column, _ in places) + 1))
    half = min(9.0, (HEIGHT - 4) / 2 / (max(abs(row) for _, row in places) + 1))
    width, height = step * 0.62, min(13.0, half * 1.3)

    def x(column: int) -> float:
        return (column + 0.5) * step

    def y(row: int) -> float:
        return HEIGHT / 2 + row * half

    wires = ""
    end: tuple[int, int] | None = None
    for column, start, target in drawn.wires:
        if (column, start) != end:
            wires += f"M{x(column):.4g} {y(start):.4g}"
        wires += f"l{step:.4g} {(target - start) * half:.4g}" if target != start else f"h{step:.4g}"
        end = column + 1, target
    # A part is a short, thick line: its rectangle would need twice the bytes.
    parts = "".join(
        f"<path stroke='{CATEGORY_COLOURS[category]}' d='"
        + "".join(f"M{x(column) - width / 2:.4g} {y(row):.4g}h{width:.4g}" for column, row in members)
        + "'/>"
        for category, members in drawn.parts.items()
    )
    picture = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {HEIGHT}' fill='none'>"
        f"<path d='{wires}' stroke='#8b98ab' stroke-width='1.1'/><g stroke-width='{height:.4g}'>{parts}</g></svg>"
    )
    source = quote(picture, safe=" =:/<>,'").replace("<", "%3C").replace(">", "%3E")
    return (
        f'<img alt="" src="data:image/svg+xml,{source}" width="{WIDTH}" height="{HEIGHT}" '
        'style="display:block;max-width:100%">'
    )

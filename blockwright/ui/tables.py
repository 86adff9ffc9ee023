"""Small tables as Markdown: a data frame would load pandas into the server, 80 MB."""

from collections.abc import Sequence
from typing import Any

from blockwright.ui.messages import plain

LONGEST = 60


def markdown(columns: Sequence[str], rows: Sequence[Sequence[Any]], right: Sequence[bool] = ()) -> str:
    """A table; every cell is shown as typed, cut to `LONGEST` characters, `right` says which columns hold numbers."""
    sides = [*right, *[False] * (len(columns) - len(right))]
    lines = [_line(columns), "|".join("-:" if side else "-" for side in sides)]
    return "\n".join([*lines, *(_line(row) for row in rows)])


def _line(cells: Sequence[Any]) -> str:
    return " | ".join(cell(one) or " " for one in cells)


def cell(value: Any) -> str:
    """One value as a cell: on one line, nothing in it Markdown."""
    text = " ".join(str(value).split())
    text = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return plain(text).replace("|", "\\|").replace("`", "'")

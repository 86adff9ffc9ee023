"""Small tables: a data frame would load pandas into the server, 80 MB."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from blockwright.ui.frontend import component_data, script
from blockwright.ui.shell.messages import plain

LONGEST = 60

_component = st.components.v2.component(
    "blockwright_tables",
    html='<div class="plain-table" tabindex="0"></div>',
    css=script("tables.css"),
    js=script("tables.js"),
)


def table_data(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], right: Sequence[bool] = (), label: str = ""
) -> dict[str, Any]:
    """What the table draws: every cell as a text on one line, `right` says which columns hold numbers."""
    return {
        "label": label,
        "columns": [text(one) for one in columns],
        "rows": [[text(one) for one in row] for row in rows],
        "right": [*right, *[False] * (len(columns) - len(right))],
    }


def draw(
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    right: Sequence[bool] = (),
    *,
    key: str,
    label: str,
) -> None:
    """A table that scrolls in its own box, where it is wider or longer than there is room for.

    `label` is its name for those who hear the page.
    """
    _component(data=component_data(table_data(columns, rows, right, label)), key=key)


def markdown(columns: Sequence[str], rows: Sequence[Sequence[Any]], right: Sequence[bool] = ()) -> str:
    """A narrow table as Markdown; every cell is shown as typed, `right` says which columns hold numbers."""
    sides = [*right, *[False] * (len(columns) - len(right))]
    lines = [_line(columns), "|".join("-:" if side else "-" for side in sides)]
    return "\n".join([*lines, *(_line(row) for row in rows)])


def _line(cells: Sequence[Any]) -> str:
    return " | ".join(cell(one) or " " for one in cells)


def text(value: Any) -> str:
    """One value on one line, cut to `LONGEST` characters."""
    one = " ".join(str(value).split())
    return one if len(one) <= LONGEST else one[: LONGEST - 1] + "…"


def cell(value: Any) -> str:
    """One value as a cell of a Markdown table: nothing in it is Markdown."""
    return plain(text(value)).replace("|", "\\|").replace("`", "'")

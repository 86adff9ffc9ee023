"""Small tables: a data frame would load pandas into the server, 80 MB."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from blockwright.ui.frontend import component_data, script

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
        "columns": [text(column) for column in columns],
        "rows": [[text(cell) for cell in row] for row in rows],
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


def text(value: Any) -> str:
    """One value on one line, cut to `LONGEST` characters."""
    line = " ".join(str(value).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"

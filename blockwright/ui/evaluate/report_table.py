"""The classification report as a table that sorts.

A component of its own, because `st.dataframe` loads pandas and pyarrow into the server: 80 MB that every
visitor's server would carry for one table.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from blockwright.ui.frontend import component_data, script

COLUMNS = (
    ("class", "Class", "Sorts by the order of the data set.", False),
    (
        "precision",
        "Precision",
        "Of the examples predicted as this class, the share that belongs to it.",
        True,
    ),
    ("recall", "Recall", "Of the examples of this class, the share that was predicted correctly.", True),
    ("f1", "F1", "Precision and recall in one number: their harmonic mean.", True),
    ("support", "Examples", "Test examples of this class.", False),
)

_component = st.components.v2.component(
    "blockwright_report_table",
    html='<div class="report-table"></div>',
    css=script("report_table.css"),
    js=script("elements.js", "report_table.js"),
)


def table_data(report: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the component draws: the columns, and a row for each class with its index in the data set."""
    keys = ("key", "title", "help", "share")
    rows = [{**row, "class": str(row["class"]), "index": index} for index, row in enumerate(report)]
    return {
        "label": "Precision, recall and F1 of every class",
        "columns": [dict(zip(keys, column, strict=True)) for column in COLUMNS],
        "rows": rows,
    }


def draw_classification_report(report: Sequence[Mapping[str, Any]], key: str) -> None:
    """Draw the report of `evaluation.json`: `class, precision, recall, f1` (shares) and `support` (examples)."""
    _component(data=component_data(table_data(report)), key=key)

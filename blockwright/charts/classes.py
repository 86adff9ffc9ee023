"""Bars a class: how many images each has."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from blockwright.charts import colours
from blockwright.charts.text import plain, unique

if TYPE_CHECKING:
    import plotly.graph_objects as go


def balance(counts: Mapping[str, Sequence[int]], class_names: Sequence[str]) -> "go.Figure":
    """Images of each class in the training and, if there is one, the test part.

    `counts` has "train" and "test", each one number a class.
    """
    names = unique(list(class_names), 22)
    parts = [
        ("Training images", counts.get("train") or [], colours.TRAINING),
        ("Test images", counts.get("test") or [], colours.VALIDATION),
    ]
    bars = [
        {
            "type": "bar",
            "name": name,
            "x": names,
            "y": list(values),
            "marker": {"color": colour, "line": {"width": 0}},
            "text": [
                f"{value:,} {name.lower()} of “{plain(label)}”"
                for value, label in _pairs(values, class_names)
            ],
            "textposition": "none",
            "hoverinfo": "text",
        }
        for name, values, colour in parts
        if any(values)
    ]
    return _bars(bars, "Images", names)


def _pairs(values: Sequence[int], names: Sequence[str]) -> list[tuple[int, str]]:
    return list(zip(values, names, strict=False))


def _bars(bars: list[dict[str, Any]], unit: str, names: list[str]) -> "go.Figure":
    import plotly.graph_objects as go

    layout = {
        "barmode": "group",
        "bargap": 0.25 if len(names) <= 40 else 0.05,
        "height": 260,
        "margin": {"l": 50, "r": 12, "t": 8, "b": 30},
        "paper_bgcolor": colours.NOTHING,
        "plot_bgcolor": colours.NOTHING,
        "hovermode": "closest",
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "xanchor": "left", "yanchor": "bottom"},
        "xaxis": {"type": "category", "title": {"text": "Class"}, "automargin": True},
        "yaxis": {"title": {"text": unit}, "rangemode": "tozero", "automargin": True},
    }
    return go.Figure({"data": bars, "layout": layout})

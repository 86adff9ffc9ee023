"""Bars: how many examples each class or tag has, and how the numbers to be told are spread."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from blockwright.charts import colours
from blockwright.charts.text import plain, unique

if TYPE_CHECKING:
    import plotly.graph_objects as go


def balance(
    counts: Mapping[str, Sequence[int]], class_names: Sequence[str], noun: str = "Images"
) -> "go.Figure":
    """Images, or whatever `noun` says, of each class in the training and, if there is one, the test part.

    `counts` has "train" and "test", each one number a class.
    """
    names = unique(list(class_names), 22)
    parts = [
        (f"Training {noun.lower()}", counts.get("train") or [], colours.TRAINING),
        (f"Test {noun.lower()}", counts.get("test") or [], colours.VALIDATION),
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
    return _bars(bars, noun, names)


def spread_of_number(
    histogram: Mapping[str, Sequence[float]], name: str, unit: str = "", noun: str = "Examples"
) -> "go.Figure":
    """How a number that is to be told is spread in the training and the test part.

    `histogram` has `edges`, one more than the entries of `train` and `test`, which count examples.
    """
    import plotly.graph_objects as go

    edges = list(histogram["edges"])
    ending = f" {plain(unit, 20)}" if unit else ""
    bars = []
    for key, title, colour in (
        ("train", f"Training {noun.lower()}", colours.TRAINING),
        ("test", f"Test {noun.lower()}", colours.VALIDATION),
    ):
        bins = list(zip(edges[:-1], edges[1:], histogram[key], strict=True))
        bars.append(
            {
                "type": "bar",
                "name": title,
                "x": [(low + high) / 2 for low, high, _ in bins],
                "y": [count for _, _, count in bins],
                "marker": {"color": colour, "line": {"width": 0}},
                "text": [
                    f"{count:,} {title.lower()} from {low:.4g} to {high:.4g}{ending}"
                    for low, high, count in bins
                ],
                "textposition": "none",
                "hoverinfo": "text",
            }
        )
    title = f"{plain(name, 40)} ({plain(unit, 20)})" if unit else plain(name, 40)
    axis = {"title": {"text": title}, "automargin": True}
    figure = _bars(bars, noun, [])
    return go.Figure(figure).update_layout(barmode="stack", bargap=0.04, xaxis={**axis, "type": "linear"})


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

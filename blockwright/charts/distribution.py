"""How the targets of a data set are distributed: examples of each class or tag, and histograms of numbers."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from blockwright.charts import colours
from blockwright.charts.layout import base_layout
from blockwright.charts.text import plain, unique

if TYPE_CHECKING:
    import plotly.graph_objects as go

_PARTS = (("train", "Training", colours.TRAINING), ("test", "Test", colours.VALIDATION))


def class_distribution(
    counts: Mapping[str, Sequence[int]], class_names: Sequence[str], noun: str = "Images"
) -> "go.Figure":
    """How many images, or whatever `noun` says, each class or tag has in the training and the test part.

    `counts` has "train" and, if there is one, "test", each one number a class.
    """
    names = unique(list(class_names), 22)
    bars = [
        _bar(
            f"{part} {noun.lower()}",
            colour,
            names,
            counts[key],
            [
                f"{count:,} {part.lower()} {noun.lower()} of “{plain(label)}”"
                for count, label in zip(counts[key], class_names, strict=False)
            ],
        )
        for key, part, colour in _PARTS
        if any(counts.get(key) or [])
    ]
    axis = {"type": "category", "title": {"text": "Class"}}
    return _figure(bars, noun, axis, barmode="group", bargap=0.25 if len(names) <= 40 else 0.05)


def number_distribution(
    histogram: Mapping[str, Sequence[float]], name: str, unit: str = "", noun: str = "Examples"
) -> "go.Figure":
    """How the numbers of a target are distributed in the training and the test part.

    `histogram` has `edges`, one more than the entries of `train` and `test`, which count examples.
    """
    bins = list(zip(histogram["edges"][:-1], histogram["edges"][1:], strict=True))
    ending = f" {plain(unit, 20)}" if unit else ""
    bars = [
        _bar(
            f"{part} {noun.lower()}",
            colour,
            [(low + high) / 2 for low, high in bins],
            histogram[key],
            [
                f"{count:,} {part.lower()} {noun.lower()} from {low:.4g} to {high:.4g}{ending}"
                for (low, high), count in zip(bins, histogram[key], strict=True)
            ],
        )
        for key, part, colour in _PARTS
    ]
    title = f"{plain(name, 40)} ({plain(unit, 20)})" if unit else plain(name, 40)
    return _figure(bars, noun, {"type": "linear", "title": {"text": title}}, barmode="stack", bargap=0.04)


def _bar(
    name: str, colour: str, x: Sequence[Any], y: Sequence[float], sentences: Sequence[str]
) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": name,
        "x": list(x),
        "y": list(y),
        "marker": {"color": colour, "line": {"width": 0}},
        "text": list(sentences),
        "textposition": "none",
        "hoverinfo": "text",
    }


def _figure(bars: list[dict[str, Any]], noun: str, axis: dict[str, Any], **layout: Any) -> "go.Figure":
    import plotly.graph_objects as go

    return go.Figure(
        {
            "data": bars,
            "layout": base_layout(
                height=260,
                margin={"l": 50, "r": 12, "t": 8, "b": 30},
                xaxis={**axis, "automargin": True},
                yaxis={"title": {"text": noun}, "rangemode": "tozero", "automargin": True},
                **layout,
            ),
        }
    )

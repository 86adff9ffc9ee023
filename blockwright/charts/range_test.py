"""A learning-rate range test as a chart: loss against rate, on a logarithmic axis."""

from blockwright.charts import colours
from blockwright.charts.layout import FigureDocument, base_layout
from blockwright.charts.text import rounded
from blockwright.schema.run.probes import RangeTest


def range_test_document(test: RangeTest) -> FigureDocument:
    """The losses of the steps as points, the smoothed loss as a line, and the suggested rate as a vertical line.

    The axis of the loss ends a little above the highest smoothed loss before the lowest, so that a divergence does not
    flatten what comes before it.
    """
    points = test["points"]
    rates = [rounded(point["rate"]) for point in points] or [None]
    losses = [rounded(point["loss"]) for point in points] or [None]
    smoothed = [rounded(point["smoothed"]) for point in points] or [None]
    suggestion = test["suggestion"]
    shapes = []
    if suggestion is not None:
        line = {"color": colours.VALIDATION, "width": 2, "dash": "dot"}
        shapes = [
            {
                "type": "line",
                "x0": suggestion,
                "x1": suggestion,
                "y0": 0,
                "y1": 1,
                "yref": "paper",
                "line": line,
            }
        ]
    hover = "rate %{x:.2g}: %{y:.4g}<extra></extra>"
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "markers",
                "name": "Loss of the batch",
                "x": rates,
                "y": losses,
                "marker": {"color": colours.TRAINING, "size": 4, "opacity": 0.45},
                "hovertemplate": hover,
            },
            {
                "type": "scatter",
                "mode": "lines",
                "name": "Smoothed",
                "x": rates,
                "y": smoothed,
                "line": {"color": colours.TRAINING, "width": 2},
                "hovertemplate": hover,
            },
        ],
        "layout": base_layout(
            xaxis={"title": {"text": "Learning rate"}, "type": "log", "exponentformat": "power", "dtick": 1},
            yaxis={"title": {"text": "Loss"}, "zeroline": False, "automargin": True, **_range(test)},
            shapes=shapes,
        ),
    }


def _range(test: RangeTest) -> dict[str, list[float]]:
    smoothed = [point["smoothed"] for point in test["points"]]
    if not smoothed:
        return {}
    lowest = smoothed.index(min(smoothed))
    before = [point["loss"] for point in test["points"][: lowest + 1]]
    low, high = min(before), max(before)
    margin = 0.1 * (high - low) or 0.1 * abs(high) or 1.0
    return {"range": [low - margin, high + 3 * margin]}

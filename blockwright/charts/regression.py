"""How far predicted numbers are from the true ones, as points and as a histogram."""

from blockwright.charts import colours
from blockwright.charts.layout import FigureDocument, base_layout
from blockwright.charts.text import plain, rounded
from blockwright.schema.run.evaluation import Histogram, Points

MAX_POINTS = 2_000


def points_document(points: Points, name: str = "", unit: str = "") -> FigureDocument:
    """Predicted against true values, as plain JSON (`data`, `layout`).

    On the line across both are equal. At most `MAX_POINTS` are drawn. `name` and `unit` are those of the target.
    """
    columns = (points[key][:MAX_POINTS] for key in ("true", "predicted", "index"))
    rows = [
        (true, predicted, index)
        for true, predicted, index in (
            (rounded(a), rounded(b), index) for a, b, index in zip(*columns, strict=True)
        )
        if true is not None and predicted is not None
    ]
    low = min((min(true, predicted) for true, predicted, _ in rows), default=0.0)
    high = max((max(true, predicted) for true, predicted, _ in rows), default=1.0)
    edge = 0.03 * (high - low or 1.0)
    bounds = [low - edge, high + edge]
    ending = f" {plain(unit, 20)}" if unit else ""
    data = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "Both equal",
            "x": bounds,
            "y": bounds,
            "line": {"color": colours.NEUTRAL, "width": 1.5, "dash": "dash"},
            "hoverinfo": "skip",
        },
        {
            "type": "scatter",
            "mode": "markers",
            "name": "Test examples",
            "x": [true for true, _, _ in rows],
            "y": [predicted for _, predicted, _ in rows],
            "customdata": [index for _, _, index in rows],
            "marker": {"color": colours.TRAINING_FAINT, "size": 7 if len(rows) <= 300 else 4},
            "hovertemplate": f"true %{{x:.4g}}{ending}<br>predicted %{{y:.4g}}{ending}"
            "<extra>test example %{customdata}</extra>",
        },
    ]
    axis = {"range": bounds, "zeroline": False, "automargin": True, "constrain": "domain"}
    layout = base_layout(
        xaxis={**axis, "title": {"text": _title("True", name, unit)}},
        yaxis={**axis, "title": {"text": _title("Predicted", name, unit)}, "scaleanchor": "x"},
    )
    return {"data": data, "layout": layout}


def errors_document(
    histogram: Histogram, unit: str = "", title: str = "Predicted minus true"
) -> FigureDocument:
    """How often errors of each size occur, as plain JSON (`data`, `layout`).

    What is too low and what is too high have a colour each; errors without a sign have one colour, and another `title`.
    """
    edges, counts = list(histogram["edges"]), list(histogram["counts"])
    bars = list(zip(edges[:-1], edges[1:], counts, strict=True)) if counts else []
    ending = f" {plain(unit, 20)}" if unit else ""
    signed = any(low < 0 for low, _, _ in bars)
    groups = [("Test examples", colours.TRAINING, bars)]
    if signed:
        groups = [
            ("Predicted too low", colours.VALIDATION, [bar for bar in bars if bar[0] + bar[1] < 0]),
            ("Predicted too high", colours.TRAINING, [bar for bar in bars if bar[0] + bar[1] >= 0]),
        ]
    data = [
        {
            "type": "bar",
            "name": name,
            "x": [rounded((low + high) / 2) for low, high, _ in group],
            "y": [count for _, _, count in group],
            "width": [high - low for low, high, _ in group],
            "marker": {"color": colour, "line": {"width": 0}},
            "text": [f"{count:,} from {low:.3g} to {high:.3g}{ending}" for low, high, count in group],
            "textposition": "none",
            "hoverinfo": "text",
        }
        for name, colour, group in groups
    ]
    layout = base_layout(
        bargap=0,
        barmode="overlay",
        showlegend=signed,
        xaxis={"title": {"text": _title(title, "", unit)}, "zeroline": signed, "automargin": True},
        yaxis={"title": {"text": "Test examples"}, "rangemode": "tozero", "automargin": True},
    )
    return {"data": data, "layout": layout}


def _title(what: str, name: str, unit: str) -> str:
    words = f"{what} {plain(name, 40)}".strip()
    return f"{words} ({plain(unit, 20)})" if unit else words

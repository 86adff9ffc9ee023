"""How far predicted numbers lie from the true ones, as points and as a histogram; how well each tag is told."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from blockwright.charts import colours
from blockwright.charts.text import plain, rounded, unique

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST_POINTS = 2_000
MOST_TAGS = 200
_SCORES = (
    ("Precision", "precision", colours.TRAINING),
    ("Recall", "recall", colours.VALIDATION),
    ("F1", "f1", colours.NEUTRAL),
)


def predicted_against_true(
    points: Mapping[str, Sequence[float]], name: str = "", unit: str = ""
) -> "go.Figure":
    """The points as a Plotly figure; see `points_document`."""
    import plotly.graph_objects as go

    return go.Figure(points_document(points, name, unit))


def points_document(points: Mapping[str, Sequence[float]], name: str = "", unit: str = "") -> dict[str, Any]:
    """What the network said against what is true, as plain JSON (`data`, `layout`).

    `points` has `true`, `predicted` and `index` (the place in the test part), as an evaluation keeps them; on the
    line across both are equal. At most `MOST_POINTS` are drawn. `name` and `unit` are those of the target.
    """
    count = min(len(points["true"]), MOST_POINTS)
    pairs = [
        (rounded(true), rounded(said), place)
        for true, said, place in zip(
            points["true"][:count], points["predicted"][:count], points["index"][:count], strict=True
        )
    ]
    pairs = [one for one in pairs if one[0] is not None and one[1] is not None]
    low = min((min(true, said) for true, said, _ in pairs), default=0.0)
    high = max((max(true, said) for true, said, _ in pairs), default=1.0)
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
            "x": [true for true, _, _ in pairs],
            "y": [said for _, said, _ in pairs],
            "customdata": [place for _, _, place in pairs],
            "marker": {"color": colours.TRAINING_FAINT, "size": 7 if len(pairs) <= 300 else 4},
            "hovertemplate": f"true %{{x:.4g}}{ending}<br>predicted %{{y:.4g}}{ending}"
            "<extra>test example %{customdata}</extra>",
        },
    ]
    return {
        "data": data,
        "layout": _square(_titled("True", name, unit), _titled("Predicted", name, unit), bounds),
    }


def residuals(histogram: Mapping[str, Sequence[float]], unit: str = "") -> "go.Figure":
    """The histogram as a Plotly figure; see `residuals_document`."""
    import plotly.graph_objects as go

    return go.Figure(residuals_document(histogram, unit))


def residuals_document(
    histogram: Mapping[str, Sequence[float]], unit: str = "", title: str = "Predicted less true"
) -> dict[str, Any]:
    """How often errors of each size occur, as plain JSON (`data`, `layout`).

    `histogram` has `edges`, one more than `counts`. What is too small and what is too large have a colour each. With
    another `title`, such as that of the errors of reconstructions, which have no sign, there is one colour.
    """
    edges, counts = list(histogram["edges"]), list(histogram["counts"])
    bars = list(zip(edges[:-1], edges[1:], counts, strict=True)) if counts else []
    ending = f" {plain(unit, 20)}" if unit else ""
    signed = any(low < 0 for low, _, _ in bars)
    groups = (
        [
            ("Said too little", colours.VALIDATION, [one for one in bars if one[0] + one[1] < 0]),
            ("Said too much", colours.TRAINING, [one for one in bars if one[0] + one[1] >= 0]),
        ]
        if signed
        else [("Test examples", colours.TRAINING, bars)]
    )
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
    layout = _plain_layout() | {
        "bargap": 0,
        "barmode": "overlay",
        "showlegend": signed,
        "xaxis": {"title": {"text": _titled(title, "", unit)}, "zeroline": signed, "automargin": True},
        "yaxis": {"title": {"text": "Test examples"}, "rangemode": "tozero", "automargin": True},
    }
    return {"data": data, "layout": layout}


def tag_scores(rows: Sequence[Mapping[str, Any]]) -> "go.Figure":
    """The bars as a Plotly figure; see `tags_document`."""
    import plotly.graph_objects as go

    return go.Figure(tags_document(rows))


def tags_document(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Precision, recall and F1 of every tag, as plain JSON (`data`, `layout`).

    `rows` have tag, precision, recall, f1, support and predicted, as an evaluation keeps them; of more than
    `MOST_TAGS` those that occur most often are drawn.
    """
    shown = sorted(rows, key=lambda row: -row["support"])[:MOST_TAGS]
    names = unique([row["tag"] for row in shown], 22)
    data = [
        {
            "type": "bar",
            "name": title,
            "x": names,
            "y": [rounded(row[key]) for row in shown],
            "marker": {"color": colour, "line": {"width": 0}},
            "text": [
                f"{title} of “{plain(row['tag'])}”: {100 * row[key]:.1f} %<br>"
                f"{row['support']:,} have it, {row['predicted']:,} were said to"
                for row in shown
            ],
            "textposition": "none",
            "hoverinfo": "text",
        }
        for title, key, colour in _SCORES
    ]
    layout = _plain_layout() | {
        "barmode": "group",
        "bargap": 0.25 if len(shown) <= 40 else 0.05,
        "xaxis": {"type": "category", "title": {"text": "Tag"}, "automargin": True},
        "yaxis": {"title": {"text": "Score"}, "range": [0, 1.02], "tickformat": ".0%", "automargin": True},
    }
    return {"data": data, "layout": layout}


def _titled(what: str, name: str, unit: str) -> str:
    words = f"{what} {plain(name, 40)}".strip()
    return f"{words} ({plain(unit, 20)})" if unit else words


def _plain_layout() -> dict[str, Any]:
    return {
        "margin": {"l": 62, "r": 16, "t": 12, "b": 44},
        "paper_bgcolor": colours.NOTHING,
        "plot_bgcolor": colours.NOTHING,
        "hovermode": "closest",
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "xanchor": "left", "yanchor": "bottom"},
    }


def _square(x_title: str, y_title: str, bounds: list[float]) -> dict[str, Any]:
    axis = {"range": bounds, "zeroline": False, "automargin": True, "constrain": "domain"}
    return _plain_layout() | {
        "xaxis": {**axis, "title": {"text": x_title}},
        "yaxis": {**axis, "title": {"text": y_title}, "scaleanchor": "x"},
    }

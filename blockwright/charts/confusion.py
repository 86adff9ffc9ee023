"""The confusion matrix: what the images are, against what the network said."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from blockwright.charts import colours
from blockwright.charts.text import plain, unique

if TYPE_CHECKING:
    import plotly.graph_objects as go

Values = Literal["counts", "shares"]
MOST_WRITTEN = 20
WHITE = "#ffffff"
STRONG = 0.85
"""From this share of the most on, white writing is easier to read on a tile than the page's own."""


def confusion(
    matrix: Sequence[Sequence[int]], class_names: Sequence[str], values: Values = "counts"
) -> "go.Figure":
    """The matrix as a Plotly figure; see `confusion_document` for the arguments."""
    import plotly.graph_objects as go

    return go.Figure(confusion_document(matrix, class_names, values))


def confusion_document(
    matrix: Sequence[Sequence[int]], class_names: Sequence[str], values: Values = "counts"
) -> dict[str, Any]:
    """The matrix as plain JSON (`data`, `layout`).

    `matrix[true][predicted]` are counts. "shares" divides each row by its sum: which share of the images of a
    class was called what. The right answers and the mistakes have a colour scale each, since beside hundreds of
    right ones a handful of mistakes would not be seen. Numbers stand in the cells up to 20 classes; the hover
    says every cell as a sentence (above 20 classes: every cell that is not empty).
    """
    size = len(matrix)
    names = [class_names[place] if place < len(class_names) else str(place) for place in range(size)]
    sums = [sum(row) for row in matrix]
    cells = [
        [(count / total if total else 0.0) if values == "shares" else count for count in row]
        for row, total in zip(matrix, sums, strict=True)
    ]
    labels = unique(names, 22 if size <= 40 else 14)
    sentences = [
        [
            _sentence(count, total, names[true], names[said]) if count or size <= MOST_WRITTEN else ""
            for said, count in enumerate(row)
        ]
        for true, (row, total) in enumerate(zip(matrix, sums, strict=True))
    ]
    data = [
        _layer(cells, labels, sentences, colours.RIGHT, on_diagonal=True, values=values),
        _layer(cells, labels, sentences, colours.WRONG, on_diagonal=False, values=values),
    ]
    if size <= MOST_WRITTEN:
        data += _writing(cells, labels, values)
    return {"data": data, "layout": _layout(size, labels)}


def _sentence(count: int, total: int, true: str, said: str) -> str:
    if not total:
        return f"The test part has no image of “{plain(true)}”."
    verb = "was" if count <= 1 else "were"
    what = f"{verb} called “{plain(said)}”" if true != said else f"{verb} recognised"
    number = f"{count:,} ({100 * count / total:.1f} %)" if count else "none"
    images = "the one image" if total == 1 else f"{total:,} images"
    return f"Of {images} of “{plain(true)}”,<br>{number} {what}."


def _largest(cells: list[list[float]], on_diagonal: bool) -> float:
    found = [
        cell
        for true, row in enumerate(cells)
        for said, cell in enumerate(row)
        if (true == said) == on_diagonal
    ]
    return max(found, default=0) or 1


def _layer(
    cells: list[list[float]],
    labels: list[str],
    sentences: list[list[str]],
    rgb: str,
    on_diagonal: bool,
    values: Values,
) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "name": "Right" if on_diagonal else "Mistakes",
        "x": labels,
        "y": labels,
        "z": [
            [cell if (true == said) == on_diagonal else None for said, cell in enumerate(row)]
            for true, row in enumerate(cells)
        ],
        "text": [
            [sentence if (true == said) == on_diagonal else "" for said, sentence in enumerate(row)]
            for true, row in enumerate(sentences)
        ],
        "hoverinfo": "text",
        "hoverongaps": False,
        "zmin": 0,
        "zmax": 1 if values == "shares" and on_diagonal else _largest(cells, on_diagonal),
        "colorscale": colours.ramp(rgb),
        "showscale": False,
        "xgap": 1 if len(labels) <= 50 else 0,
        "ygap": 1 if len(labels) <= 50 else 0,
    }


def _writing(cells: list[list[float]], labels: list[str], values: Values) -> list[dict[str, Any]]:
    strong: list[tuple[str, str, str]] = []
    weak: list[tuple[str, str, str]] = []
    most = {True: 1.0 if values == "shares" else _largest(cells, True), False: _largest(cells, False)}
    for true, row in enumerate(cells):
        for said, cell in enumerate(row):
            if cell:
                number = _share(cell) if values == "shares" else f"{cell:,}"
                place = strong if cell / most[true == said] > STRONG else weak
                place.append((labels[said], labels[true], number))
    size = 13 if len(labels) <= 12 else 10
    return [
        {
            "type": "scatter",
            "mode": "text",
            "x": [one[0] for one in group],
            "y": [one[1] for one in group],
            "text": [one[2] for one in group],
            "textfont": {"size": size} | ({"color": WHITE} if group is strong else {}),
            "hoverinfo": "skip",
            "showlegend": False,
        }
        for group in (strong, weak)
        if group
    ]


def _share(cell: float) -> str:
    percent = 100 * cell
    return "100" if percent >= 99.95 else f"{percent:.0f}" if percent >= 10 else f"{percent:.1f}"


def _layout(size: int, labels: list[str]) -> dict[str, Any]:
    axis: dict[str, Any] = {
        "type": "category",
        "categoryorder": "array",
        "categoryarray": labels,
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
        "constrain": "domain",
        "tickfont": {"size": 12 if size <= 20 else 10},
        "range": [-0.5, size - 0.5],
        **({"tickmode": "linear", "dtick": 1} if size <= 30 else {}),
    }
    return {
        "margin": {"l": 20, "r": 12, "t": 30, "b": 20},
        "paper_bgcolor": colours.NOTHING,
        "plot_bgcolor": colours.NOTHING,
        "hovermode": "closest",
        "xaxis": {**axis, "title": {"text": "What the network said", "standoff": 10}, "automargin": True},
        "yaxis": {
            **axis,
            "title": {"text": "What the image shows", "standoff": 10},
            "range": [size - 0.5, -0.5],
            "scaleanchor": "x",
            "automargin": True,
        },
    }

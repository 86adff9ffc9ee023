"""The confusion matrix: the true classes against the predicted ones."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

from blockwright.charts import colours
from blockwright.charts.layout import FigureDocument, base_layout
from blockwright.charts.text import plain, unique

Values = Literal["counts", "percent"]
MAX_LABELLED = 20
WHITE = "#ffffff"
STRONG = 0.85
"""From this part of the largest value on, white text is easier to read on a tile than the page's own."""


def confusion_document(
    matrix: Sequence[Sequence[int]],
    class_names: Sequence[str],
    values: Values = "counts",
    noun: str = "image",
) -> FigureDocument:
    """The matrix as plain JSON (`data`, `layout`).

    `matrix[true][predicted]` are counts; "percent" divides each row by its sum. The correct predictions and the
    mistakes have a colour scale each, since beside hundreds of correct ones a handful of mistakes would not be seen.
    Numbers stand in the cells up to 20 classes; the hover describes every cell in a sentence (above 20 classes: every
    cell that is not empty). `noun` is what an example is called there.
    """
    size = len(matrix)
    names = [*class_names, *map(str, range(len(class_names), size))]
    totals = [sum(row) for row in matrix]
    cells: list[list[float]] = [
        [(count / total if total else 0.0) if values == "percent" else count for count in row]
        for row, total in zip(matrix, totals, strict=True)
    ]
    labels = unique(names, 22 if size <= 40 else 14)
    sentences = [
        [
            _sentence(count, totals[true], names[true], names[predicted], noun)
            if count or size <= MAX_LABELLED
            else ""
            for predicted, count in enumerate(row)
        ]
        for true, row in enumerate(matrix)
    ]
    most_correct = 1.0 if values == "percent" else _largest(cells, diagonal=True)
    most = {True: most_correct, False: _largest(cells, diagonal=False)}
    data = [
        _layer(cells, labels, sentences, "Correct", colours.CORRECT, True, most[True]),
        _layer(cells, labels, sentences, "Mistakes", colours.WRONG, False, most[False]),
    ]
    if size <= MAX_LABELLED:
        data += _cell_texts(cells, labels, _percent if values == "percent" else _count, most)
    return {"data": data, "layout": _layout(size, labels)}


def _sentence(count: int, total: int, true: str, predicted: str, noun: str) -> str:
    if not total:
        return f"The test part has no {noun} of “{plain(true)}”."
    verb = "was" if count <= 1 else "were"
    how = "correctly" if true == predicted else f"as “{plain(predicted)}”"
    number = f"{count:,} ({100 * count / total:.1f} %)" if count else "none"
    examples = f"the one {noun}" if total == 1 else f"{total:,} {noun}s"
    return f"Of {examples} of “{plain(true)}”,<br>{number} {verb} predicted {how}."


def _largest(cells: list[list[float]], diagonal: bool) -> float:
    return (
        max(
            (
                cell
                for true, row in enumerate(cells)
                for predicted, cell in enumerate(row)
                if (true == predicted) == diagonal
            ),
            default=0,
        )
        or 1
    )


def _layer(
    cells: list[list[float]],
    labels: list[str],
    sentences: list[list[str]],
    name: str,
    rgb: str,
    diagonal: bool,
    most: float,
) -> dict[str, Any]:
    """The tiles on the diagonal, or those beside it."""

    def shown(rows: list[list[Any]], other: Any) -> list[list[Any]]:
        return [
            [entry if (true == predicted) == diagonal else other for predicted, entry in enumerate(row)]
            for true, row in enumerate(rows)
        ]

    gap = 1 if len(labels) <= 50 else 0
    return {
        "type": "heatmap",
        "name": name,
        "x": labels,
        "y": labels,
        "z": shown(cells, None),
        "text": shown(sentences, ""),
        "hoverinfo": "text",
        "hoverongaps": False,
        "zmin": 0,
        "zmax": most,
        "colorscale": colours.ramp(rgb),
        "showscale": False,
        "xgap": gap,
        "ygap": gap,
    }


def _cell_texts(
    cells: list[list[float]], labels: list[str], write: Callable[[float], str], most: dict[bool, float]
) -> list[dict[str, Any]]:
    """The numbers in the cells, white ones on strong tiles and others in the page's own colour."""
    strong: list[tuple[str, str, str]] = []
    weak: list[tuple[str, str, str]] = []
    for true, row in enumerate(cells):
        for predicted, cell in enumerate(row):
            if cell:
                group = strong if cell / most[true == predicted] > STRONG else weak
                group.append((labels[predicted], labels[true], write(cell)))
    size = 13 if len(labels) <= 12 else 10
    return [
        {
            "type": "scatter",
            "mode": "text",
            **dict(zip(("x", "y", "text"), map(list, zip(*group, strict=True)), strict=True)),
            "textfont": {"size": size} | ({"color": WHITE} if group is strong else {}),
            "hoverinfo": "skip",
            "showlegend": False,
        }
        for group in (strong, weak)
        if group
    ]


def _count(cell: float) -> str:
    return f"{cell:,}"


def _percent(cell: float) -> str:
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
        "automargin": True,
        **({"tickmode": "linear", "dtick": 1} if size <= 30 else {}),
    }
    return base_layout(
        margin={"l": 20, "r": 12, "t": 30, "b": 20},
        xaxis={**axis, "title": {"text": "Predicted class", "standoff": 10}},
        yaxis={
            **axis,
            "title": {"text": "True class", "standoff": 10},
            "range": [size - 0.5, -0.5],
            "scaleanchor": "x",
        },
    )

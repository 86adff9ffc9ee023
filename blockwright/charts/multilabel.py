"""How well each tag is predicted, as bars."""

from collections.abc import Sequence
from typing import Literal

from blockwright.charts import colours
from blockwright.charts.layout import FigureDocument, base_layout
from blockwright.charts.text import plain, rounded, unique
from blockwright.schema.run.evaluation import TagRow

MAX_TAGS = 200
_SCORES: tuple[tuple[str, Literal["precision", "recall", "f1"], str], ...] = (
    ("Precision", "precision", colours.TRAINING),
    ("Recall", "recall", colours.VALIDATION),
    ("F1", "f1", colours.NEUTRAL),
)


def tags_document(rows: Sequence[TagRow]) -> FigureDocument:
    """Precision, recall and F1 of every tag, as plain JSON (`data`, `layout`).

    Of more than `MAX_TAGS` those that occur most often are drawn.
    """
    shown = sorted(rows, key=lambda row: -row["support"])[:MAX_TAGS]
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
                f"{row['support']:,} examples have it, predicted for {row['predicted']:,}"
                for row in shown
            ],
            "textposition": "none",
            "hoverinfo": "text",
        }
        for title, key, colour in _SCORES
    ]
    layout = base_layout(
        barmode="group",
        bargap=0.25 if len(shown) <= 40 else 0.05,
        xaxis={"type": "category", "title": {"text": "Tag"}, "automargin": True},
        yaxis={"title": {"text": "Score"}, "range": [0, 1.02], "tickformat": ".0%", "automargin": True},
    )
    return {"data": data, "layout": layout}

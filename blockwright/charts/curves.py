"""Learning curves: loss and accuracy over the epochs, while a run trains and after it.

Two things are drawn for the training part. The thin line is what Keras reports within an epoch: the mean over
the batches of this epoch so far, which starts again with every epoch. The marked line is its value at the end
of each epoch, beside the one for the validation part, which is measured once, when the epoch has ended.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from blockwright.charts import colours
from blockwright.charts.layout import FigureDocument
from blockwright.charts.text import plain, rounded
from blockwright.schema.losses import LOSSES
from blockwright.tasks.base import METRICS

POINTS = 500
FIRST_SHOWN = 20
Value = Literal["loss", "accuracy", "mae"]
Rows = Sequence[Mapping[str, Any]]


def curve_document(
    batches: Rows,
    epochs: Rows,
    metric: Value,
    total_epochs: int = 1,
    steps_per_epoch: int = 1,
    loss: str = "",
    logarithmic: bool = False,
    output: str | None = None,
    unit: str = "",
) -> FigureDocument:
    """The curves of one metric as plain JSON (`data`, `layout`), which is what a live chart sends.

    `batches` have epoch (from 1), batch (from 1) and the metric's running mean of that epoch; `epochs` have
    epoch, the metric and, where there is a validation part, `val_` + metric. The horizontal axis spans all
    `total_epochs` from the start (of a long training the first 20, then doubled whenever they are full), so little
    moves but the line; a line without points has one empty one, so that the
    legend keeps its place. Each trace has at most `POINTS` points.

    Of a network with several outputs, `output` names the one whose loss or metric is drawn, from the rows' `outputs`;
    left out, it is the loss of all together. `unit` is that of a mean absolute error.
    """
    shown = _shown_epochs(batches, epochs, total_epochs)
    if output is not None:
        batches, epochs = _of_output(batches, output, metric), _of_output(epochs, output, metric)
    return {
        "data": [
            _within(batches, metric, max(1, steps_per_epoch)),
            _per_epoch(epochs, metric, "Training", colours.TRAINING, "circle"),
            _per_epoch(epochs, f"val_{metric}", "Validation", colours.VALIDATION, "diamond"),
        ],
        "layout": _layout(metric, shown, loss, logarithmic, unit),
    }


def panels(outputs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Which curves a run has, in order: `name`, `title`, and the `metric`, `output`, `loss`, `unit` to draw each with.

    `outputs` is what a run's `started` says of them; empty before that, when an output of classes is expected.
    """
    outputs = outputs or [_EXPECTED]
    several = len(outputs) > 1
    whole = {"name": "loss", "title": "Loss", "metric": "loss", "output": None, "loss": "", "unit": ""}
    found = [whole | ({"title": "Loss, all outputs"} if several else {"loss": outputs[0]["loss"]})]
    for number, one in enumerate(outputs, start=1):
        for metric in ("loss", one["metric"]) if several else (one["metric"],):
            title = METRICS[metric].title if metric in METRICS else "Loss"
            found.append(
                {
                    "name": f"{metric}-{number}" if several else metric,
                    "title": f"{title} of “{one['output'][:40]}”" if several else title,
                    "metric": metric,
                    "output": one["output"],
                    "loss": one["loss"],
                    "unit": one["unit"],
                }
            )
    return found


_EXPECTED = {"output": "", "metric": "accuracy", "loss": "", "unit": ""}


def _of_output(rows: Rows, output: str, metric: str) -> Rows:
    """The rows with one output's values in the place of the network's."""
    found = []
    for row in rows:
        values = row["outputs"].get(output, {})
        found.append({**row, **{name: values.get(name) for name in (metric, f"val_{metric}")}})
    return found


def _within(batches: Rows, metric: str, steps: int) -> dict[str, Any]:
    x: list[float | None] = []
    y: list[float | None] = []
    previous = None
    chosen = thinned(batches, POINTS - min(POINTS // 2, len({row["epoch"] for row in batches})))
    # Short epochs leave a point or two each, which would not be seen as lines of their own.
    gaps = 3 * len({row["epoch"] for row in chosen}) <= len(chosen)
    for row in chosen:
        if gaps and previous is not None and row["epoch"] != previous:
            x.append(None)
            y.append(None)
        previous = row["epoch"]
        x.append(rounded(row["epoch"] - 1 + min(row["batch"], steps) / steps, 6))
        y.append(rounded(row.get(metric)))
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "Training, running mean",
        "x": x or [None],
        "y": y or [None],
        "connectgaps": False,
        "line": {"color": colours.TRAINING_FAINT, "width": 1.5},
        "hovertemplate": f"after %{{x:.2f}} epochs: {_shown(metric)}<extra>Training, mean of the epoch so far</extra>",
    }


def _per_epoch(epochs: Rows, key: str, name: str, colour: str, symbol: str) -> dict[str, Any]:
    rows = thinned([row for row in epochs if row.get(key) is not None], POINTS)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": [row["epoch"] for row in rows] or [None],
        "y": [rounded(row[key]) for row in rows] or [None],
        "line": {"color": colour, "width": 2},
        "marker": {"symbol": symbol, "size": 7 if len(rows) <= 60 else 4},
        "hovertemplate": f"epoch %{{x}}: {_shown(key)}<extra>{name}</extra>",
    }


def _shown_epochs(batches: Rows, epochs: Rows, total: int) -> int:
    done = max(batches[-1]["epoch"] if batches else 0, epochs[-1]["epoch"] if epochs else 0)
    shown = FIRST_SHOWN
    while shown < done:
        shown *= 2
    return min(shown, total)


def _shown(key: str) -> str:
    return "%{y:.1%}" if key.endswith("accuracy") else "%{y:.4g}"


def _layout(metric: Value, shown_epochs: int, loss: str, logarithmic: bool, unit: str = "") -> dict[str, Any]:
    vertical: dict[str, Any] = {"title": {"text": "Accuracy"}}
    if metric == "accuracy":
        vertical |= {"range": [0, 1.02], "tickformat": ".0%"}
    elif metric == "mae":
        said = f"Mean absolute error ({plain(unit, 20)})" if unit else "Mean absolute error"
        vertical = {"title": {"text": said}, "rangemode": "tozero"}
    else:
        vertical = {
            "title": {"text": LOSSES[loss].axis_title if loss in LOSSES else "Loss"},
            "rangemode": "tozero",
        }
        if logarithmic:
            vertical |= {"type": "log", "rangemode": "normal", "exponentformat": "power"}
    return {
        "margin": {"l": 62, "r": 16, "t": 12, "b": 44},
        "paper_bgcolor": colours.TRANSPARENT,
        "plot_bgcolor": colours.TRANSPARENT,
        "hovermode": "closest",
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "xanchor": "left", "yanchor": "bottom"},
        "xaxis": {
            "title": {"text": "Epochs"},
            "range": [0, shown_epochs * 1.02],
            "zeroline": False,
            "tickformat": "d" if shown_epochs > 3 else "",
            **({"dtick": 1} if shown_epochs <= 12 else {"nticks": 10}),
        },
        "yaxis": {"zeroline": False, "automargin": True, **vertical},
    }


def thinned(rows: Rows, limit: int) -> Rows:
    """At most `limit` of `rows`, evenly spread, the first and the last among them."""
    if len(rows) <= limit:
        return rows
    if limit < 2:
        return rows[-limit:] if limit else []
    step = (len(rows) - 1) / (limit - 1)
    return [rows[round(place * step)] for place in range(limit)]

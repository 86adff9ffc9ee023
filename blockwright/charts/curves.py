"""Learning curves: loss and accuracy over the epochs, while a run trains and after it.

Two things are drawn for the training part. The thin line is what Keras reports within an epoch: the mean over
the batches of this epoch so far, which starts again with every epoch. The marked line is its value at the end
of each epoch, beside the one for the validation part, which is measured once, when the epoch has ended. Level
lines show what simple models reach on the validation part.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from blockwright.charts import colours
from blockwright.charts.layout import FigureDocument, base_layout
from blockwright.charts.text import plain, rounded
from blockwright.recipe.losses import LOSSES
from blockwright.runs.baselines import TITLES as MODEL_TITLES
from blockwright.runs.baselines import of_output
from blockwright.runs.events import Baseline, Batch, Epoch, Output
from blockwright.runs.history import thin
from blockwright.tasks.base import METRICS

POINTS = 500
FIRST_SHOWN = 20
Rows = Sequence[Mapping[str, Any]]
_SHARES = {metric.name for metric in METRICS.values() if metric.is_share}
_TITLES: dict[str, str] = {metric.name: metric.title for metric in METRICS.values()}


@dataclass(frozen=True)
class Curve:
    """A chart of one metric.

    Attributes:
        metric: `loss`, or the name of a task's metric.
        output: the output whose metric it is; None for the loss of all outputs together.
        name: unique among the charts of a run.
        title: its heading.
        loss: the loss by its Keras name, where only one is drawn.
        unit: the unit of a mean absolute error.
        is_share: whether the values of a chosen metric are shares from 0 to 1.
    """

    metric: str
    output: str | None = None
    name: str = ""
    title: str = ""
    loss: str = ""
    unit: str = ""
    is_share: bool = False

    @property
    def in_percent(self) -> bool:
        """Whether the values are shown as percentages."""
        return self.is_share or self.metric in _SHARES


EXPECTED_OUTPUT = Output(
    output="", kind="classes", target="", loss="", weight=1.0, metric="accuracy", unit="", class_names=[]
)
"""What a page has room for before a run says which outputs it has."""


def curves_of(outputs: Sequence[Output]) -> list[Curve]:
    """The charts of a run, in order. `outputs` is from the event `started`; empty before that."""
    outputs = outputs or [EXPECTED_OUTPUT]
    if len(outputs) == 1:
        (output,) = outputs
        name, loss, unit = output["metric"], output["loss"], output["unit"]
        return [
            Curve("loss", name="loss", title="Loss", loss=loss),
            Curve(name, output["output"], name, _TITLES[name], loss, unit),
            *_chosen(output),
        ]
    curves = [Curve("loss", name="loss", title="Loss, all outputs")]
    for number, output in enumerate(outputs, start=1):
        of = f"of “{output['output'][:40]}”"
        for metric in ("loss", output["metric"]):
            title = f"{_TITLES.get(metric, 'Loss')} {of}"
            curves.append(
                Curve(metric, output["output"], f"{metric}-{number}", title, output["loss"], output["unit"])
            )
        curves += _chosen(output, f"-{number}", f" {of}")
    return curves


def _chosen(output: Output, suffix: str = "", of: str = "") -> list[Curve]:
    """The charts of the metrics that were chosen for an output."""
    return [
        Curve(
            metric["name"],
            output["output"],
            metric["name"] + suffix,
            metric["title"] + of,
            is_share=metric["is_share"],
        )
        for metric in output.get("metrics", [])
    ]


def curve_document(
    curve: Curve,
    batches: Sequence[Batch],
    epochs: Sequence[Epoch],
    total_epochs: int = 1,
    steps_per_epoch: int = 1,
    logarithmic: bool = False,
    baselines: Sequence[Baseline] = (),
    best_epoch: int | None = None,
    levels: Sequence[tuple[str, float]] = (),
    validated: bool = True,
) -> FigureDocument:
    """A chart of the run so far as plain JSON, which is what a live chart sends.

    The horizontal axis spans all `total_epochs` from the start (of a long training the first 20, then doubled
    whenever they are full), so little moves but the line; a line without points has one empty one, so that the
    legend keeps its place. Each trace has at most `POINTS` points. `best_epoch` is marked by a line, and each of
    `levels` is one: its name, and a value of the curve's metric. A run that is not `validated` has no line for the
    validation part.
    """
    shown = _shown_epochs(batches, epochs, total_epochs)
    metric = curve.metric
    batch_rows, epoch_rows = _rows(batches, curve), _rows(epochs, curve)
    return {
        "data": [
            _within(batch_rows, curve, max(1, steps_per_epoch)),
            _per_epoch(epoch_rows, curve, "", "Training", colours.TRAINING, "circle"),
            *(
                [_per_epoch(epoch_rows, curve, "val_", "Validation", colours.VALIDATION, "diamond")]
                if validated
                else []
            ),
            *(
                _level(baseline, curve, shown)
                for baseline in of_output(baselines, curve.output or "")
                if baseline["metric"] == metric and baseline["validation"] is not None
            ),
            *(_line(curve, name, value, shown, "dashdot") for name, value in levels),
        ],
        "layout": _layout(curve, shown, logarithmic) | _mark(best_epoch, below=curve.in_percent),
    }


def _rows(rows: Sequence[Batch] | Sequence[Epoch], curve: Curve) -> Rows:
    """The rows, with the values of the curve's output in place of the network's."""
    if curve.output is None:
        return rows
    names = (curve.metric, f"val_{curve.metric}")
    values = [row["outputs"].get(curve.output, {}) for row in rows]
    return [{**row, **{name: of.get(name) for name in names}} for row, of in zip(rows, values, strict=True)]


def _within(batches: Rows, curve: Curve, steps: int) -> dict[str, Any]:
    x: list[float | None] = []
    y: list[float | None] = []
    previous = None
    chosen = thin(batches, POINTS - min(POINTS // 2, len({row["epoch"] for row in batches})))
    # Short epochs leave a point or two each, which would not be seen as lines of their own.
    gaps = 3 * len({row["epoch"] for row in chosen}) <= len(chosen)
    for row in chosen:
        if gaps and previous is not None and row["epoch"] != previous:
            x.append(None)
            y.append(None)
        previous = row["epoch"]
        x.append(rounded(row["epoch"] - 1 + min(row["batch"], steps) / steps, 6))
        y.append(rounded(row.get(curve.metric)))
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "Training, running mean",
        "x": x or [None],
        "y": y or [None],
        "connectgaps": False,
        "line": {"color": colours.TRAINING_FAINT, "width": 1.5},
        "hovertemplate": f"after %{{x:.2f}} epochs: {_value(curve)}<extra>Training, mean of the epoch so far</extra>",
    }


def _per_epoch(epochs: Rows, curve: Curve, part: str, name: str, colour: str, symbol: str) -> dict[str, Any]:
    key = part + curve.metric
    rows = thin([row for row in epochs if row.get(key) is not None], POINTS)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": [row["epoch"] for row in rows] or [None],
        "y": [rounded(row[key]) for row in rows] or [None],
        "line": {"color": colour, "width": 2},
        "marker": {"symbol": symbol, "size": 7 if len(rows) <= 60 else 4},
        "hovertemplate": f"epoch %{{x}}: {_value(curve)}<extra>{name}</extra>",
    }


def _level(baseline: Baseline, curve: Curve, shown_epochs: int) -> dict[str, Any]:
    title = MODEL_TITLES[baseline["model"]]
    dash = "dash" if baseline["model"] == "linear" else "dot"
    line = _line(curve, title, baseline["validation"], shown_epochs, dash)
    return line | {"hovertemplate": f"{_value(curve)}<extra>{title}, validation</extra>"}


def _line(curve: Curve, name: str, value: float | None, shown_epochs: int, dash: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": [0, shown_epochs],
        "y": [rounded(value)] * 2,
        "line": {"color": colours.NEUTRAL, "width": 1.5, "dash": dash},
        "hovertemplate": f"{_value(curve)}<extra>{name}</extra>",
    }


def _shown_epochs(batches: Sequence[Batch], epochs: Sequence[Epoch], total: int) -> int:
    done = max(batches[-1]["epoch"] if batches else 0, epochs[-1]["epoch"] if epochs else 0)
    shown = FIRST_SHOWN
    while shown < done:
        shown *= 2
    return min(shown, total)


def _value(curve: Curve) -> str:
    return "%{y:.1%}" if curve.in_percent else "%{y:.4g}"


def _mark(epoch: int | None, below: bool) -> dict[str, Any]:
    """The line of the best epoch, with its number where the curves are not: `below` them or above."""
    if epoch is None:
        return {}
    line = {"color": colours.NEUTRAL, "width": 1.5, "dash": "dot"}
    return {
        "shapes": [
            {"type": "line", "x0": epoch, "x1": epoch, "y0": 0, "y1": 1, "yref": "paper", "line": line}
        ],
        "annotations": [
            {
                "x": epoch,
                "y": 0 if below else 1,
                "yref": "paper",
                "yanchor": "bottom" if below else "top",
                "xanchor": "right",
                "showarrow": False,
                "text": f"best: {epoch:,}",
                "font": {"color": colours.NEUTRAL, "size": 12},
            }
        ],
    }


def _layout(curve: Curve, shown_epochs: int, logarithmic: bool) -> dict[str, Any]:
    vertical: dict[str, Any] = {"rangemode": "tozero"}
    if curve.metric == "loss":
        title = LOSSES[curve.loss].axis_title if curve.loss in LOSSES else "Loss"
        if logarithmic:
            vertical = {"type": "log", "rangemode": "normal", "exponentformat": "power"}
    else:
        title = _TITLES.get(curve.metric) or curve.title.partition(" of “")[0]
        if curve.in_percent:
            vertical = {"range": [0, 1.02], "tickformat": ".0%"}
        elif curve.unit:
            title += f" ({plain(curve.unit, 20)})"
    return base_layout(
        xaxis={
            "title": {"text": "Epochs"},
            "range": [0, shown_epochs * 1.02],
            "zeroline": False,
            "tickformat": "d" if shown_epochs > 3 else "",
            **({"dtick": 1} if shown_epochs <= 12 else {"nticks": 10}),
        },
        yaxis={"title": {"text": title}, "zeroline": False, "automargin": True, **vertical},
    )

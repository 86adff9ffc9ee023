"""The loss of every batch as a chart: of the whole training, or of one epoch."""

from itertools import pairwise

import numpy as np

from blockwright.charts import colours
from blockwright.charts.layout import FigureDocument, base_layout
from blockwright.charts.text import rounded

POINTS = 500


def batch_losses_document(
    losses: np.ndarray, steps_per_epoch: int, epoch: int | None = None, logarithmic: bool = False
) -> FigureDocument:
    """The chart. Of more than `POINTS` batches the smallest and the largest loss of each stretch are drawn.

    Args:
        losses: the loss of every batch so far.
        steps_per_epoch: how many batches an epoch has.
        epoch: the epoch to draw, from 1; None for all of them.
        logarithmic: whether the loss has a logarithmic axis.
    """
    first = 0 if epoch is None else (epoch - 1) * steps_per_epoch
    shown = losses[first:] if epoch is None else losses[first : first + steps_per_epoch]
    chosen = _chosen(shown)
    per_unit = steps_per_epoch if epoch is None else 1
    what = "after %{x:.2f} epochs" if epoch is None else "batch %{x}"
    vertical = {"type": "log", "exponentformat": "power"} if logarithmic else {"rangemode": "tozero"}
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines+markers" if len(chosen) <= 60 else "lines",
                "name": "Loss of the batch",
                "x": [rounded((index + 1) / per_unit, 6) for index in chosen] or [None],
                "y": [rounded(float(shown[index])) for index in chosen] or [None],
                "line": {"color": colours.TRAINING, "width": 1},
                "marker": {"size": 4},
                "hovertemplate": f"{what}: %{{y:.4g}}<extra></extra>",
            }
        ],
        "layout": base_layout(
            xaxis={"title": {"text": "Epochs" if epoch is None else "Batch"}, "zeroline": False},
            yaxis={"title": {"text": "Loss"}, "zeroline": False, "automargin": True, **vertical},
            showlegend=False,
        ),
    }


def _chosen(losses: np.ndarray) -> list[int]:
    """The positions of the points that are drawn, in order."""
    if len(losses) <= POINTS:
        return list(range(len(losses)))
    stretches = POINTS // 2
    edges = [len(losses) * index // stretches for index in range(stretches + 1)]
    chosen: set[int] = set()
    for start, end in pairwise(edges):
        stretch = losses[start:end]
        unknown = stretch != stretch
        chosen |= {
            start + int(np.where(unknown, np.inf, stretch).argmin()),
            start + int(np.where(unknown, -np.inf, stretch).argmax()),
        }
    return sorted(chosen)

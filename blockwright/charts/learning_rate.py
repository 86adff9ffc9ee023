"""The learning rate over a run as a chart."""

from blockwright.charts import colours
from blockwright.charts.layout import FigureDocument, base_layout
from blockwright.charts.text import rounded
from blockwright.recipe.settings import Settings

POINTS = 240


def learning_rate_document(settings: Settings, steps_per_epoch: int) -> FigureDocument:
    """The chart: the learning rate of at most `POINTS` updates of the weights, and of the last."""
    updates = settings.updates(steps_per_epoch)
    stride = max(1, updates // POINTS)
    steps = [*range(0, updates, stride), updates]
    rates = [
        settings.schedule.rate_at(step, settings.learning_rate, updates, settings.epochs) for step in steps
    ]
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines",
                "name": "Learning rate",
                "x": [rounded(step * settings.epochs / updates, 4) for step in steps],
                "y": [rounded(rate) for rate in rates],
                "line": {"color": colours.TRAINING, "width": 2},
                "hovertemplate": "after %{x:.2f} epochs: %{y:.4g}<extra></extra>",
            }
        ],
        "layout": base_layout(
            xaxis={"title": {"text": "Epochs"}, "zeroline": False},
            yaxis={"title": {"text": "Learning rate"}, "rangemode": "tozero", "automargin": True},
            showlegend=False,
        ),
    }

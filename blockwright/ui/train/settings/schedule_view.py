"""The learning rate of the run that is about to start, as a small chart."""

from blockwright.charts.learning_rate import learning_rate_document
from blockwright.recipe.settings import Settings
from blockwright.ui.widgets.live_figure import Panel, live_figures

TITLE = "Learning rate"


def show_schedule(settings: Settings, steps_per_epoch: int) -> None:
    """The learning rate over the epochs."""
    document = learning_rate_document(settings, steps_per_epoch)
    panel = Panel(name="learning_rate", title=TITLE, alt=f"{TITLE} over the epochs of the run", **document)
    live_figures([panel], key="learning_rate_figure", viewer="schedule", height=160, least_width=200)

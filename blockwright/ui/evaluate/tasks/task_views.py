"""The view of every task, by the kind of the task."""

from blockwright.tasks import family
from blockwright.ui.evaluate.tasks import classification, multilabel, reconstruction, regression
from blockwright.ui.evaluate.tasks.task_view import TaskView

TASK_VIEWS: dict[str, TaskView] = family(
    [classification.VIEW, regression.VIEW, multilabel.VIEW, reconstruction.VIEW]
)

"""The causes of a poor result that a run found in itself."""

from blockwright.runs.history import History
from blockwright.ui.shell.messages import box


def show_diagnoses(history: History) -> None:
    """What was measured and what to do about it, a box for each cause."""
    for diagnosed in history.diagnoses:
        box("info", diagnosed["message"])

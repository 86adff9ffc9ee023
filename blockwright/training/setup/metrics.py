"""Keras's logs in the form of a run's events. Plain data, no Keras."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from blockwright.runs.events import OutputValues
from blockwright.tasks.base import Objective

OUTPUT_LOSS = "mean_loss"
"""The name of the metric `OutputLoss`."""


class LoggedValues:
    """Reads the values of each output from Keras's logs.

    A single output has no loss of its own: it is the loss of the network.
    """

    def __init__(self, objectives: Sequence[Objective]) -> None:
        several = len(objectives) > 1
        self._names = [
            (objective.output, name, f"{log_name(index)}_{logged}" if several else logged)
            for index, objective in enumerate(objectives)
            for name, logged in (
                *([("loss", OUTPUT_LOSS)] if several else []),
                (objective.metric.name, objective.metric.name),
                *((metric.name, metric.name) for metric in objective.metrics),
            )
        ]

    def of(self, logs: Mapping[str, Any], parts: Sequence[str] = ("",)) -> OutputValues:
        """The values of each output, of the training part or of all `parts` by their prefixes in the logs."""
        values: OutputValues = {}
        for part in parts:
            for output, name, logged in self._names:
                values.setdefault(output, {})[part + name] = finite(logs.get(part + logged))
        return values

    def named(self, logs: Mapping[str, Any]) -> dict[str, Any]:
        """The logs by the names that callbacks monitor, unread; see `tasks.monitors`."""
        named = {name: logs[name] for name in ("loss", "val_loss", "learning_rate") if name in logs}
        several = len({output for output, _, _ in self._names}) > 1
        for part in ("", "val_"):
            for output, name, logged in self._names:
                if part + logged in logs:
                    named[f"{part}{output}_{name}" if several else part + name] = logs[part + logged]
        return named


def log_name(index: int) -> str:
    """The name of one of several outputs in Keras's logs: its id may contain characters that Keras refuses."""
    return f"output_{index}"


def finite(value: Any) -> float | None:
    """A number, or None if it is missing or not finite."""
    number = float("nan") if value is None else float(value)
    return number if math.isfinite(number) else None

"""What Keras logs, told by the names of a run's events. Plain data, no Keras."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from blockwright.tasks.base import Objective


class Measures:
    """Reads losses, accuracies and mean absolute errors out of Keras's logs.

    Of one output `accuracy` is told, or `mae` with `accuracy` None. Of several, `accuracy` is None and `metrics` has
    `<output>_loss` and `<output>_accuracy` or `<output>_mae`, with `val_` in front for the validation part.
    """

    def __init__(self, goals: Sequence[Objective]) -> None:
        self._single = goals[0].metric.name if len(goals) == 1 else None
        self._pairs = [
            (f"{log_name(place)}_{what}", f"{goal.output}_{what}")
            for place, goal in enumerate(goals)
            for what in ("loss", goal.metric.name)
        ]

    def batch(self, logs: Mapping[str, Any]) -> dict[str, Any]:
        """`accuracy`, and where there are `mae` and `metrics`, of the training part so far."""
        if self._single == "accuracy":
            return {"accuracy": float(logs["accuracy"])}
        if self._single is not None:
            return {"accuracy": None, "mae": _number(logs.get("mae"))}
        return {"accuracy": None, "metrics": {name: _number(logs.get(log)) for log, name in self._pairs}}

    def epoch(self, logs: Mapping[str, Any]) -> dict[str, Any]:
        """Losses, accuracies, and where there are `mae`, `val_mae` and `metrics`, of both parts."""
        data = {name: logs.get(name) for name in ("loss", "accuracy", "val_loss", "val_accuracy")}
        if self._single == "accuracy":
            return data
        if self._single is not None:
            return data | {name: _number(logs.get(name)) for name in ("mae", "val_mae")}
        both = [(part + log, part + name) for part in ("", "val_") for log, name in self._pairs]
        return data | {"metrics": {name: _number(logs.get(log)) for log, name in both}}


def log_name(place: int) -> str:
    """What Keras calls the output at that place where there are several: its own id may hold what Keras refuses."""
    return f"output_{place}"


def _number(value: Any) -> float | None:
    number = float("nan") if value is None else float(value)
    return number if math.isfinite(number) else None

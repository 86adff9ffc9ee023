"""The best epoch of a run: by what a callback monitors, else by the validation loss, if any, or the loss."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from blockwright.recipe.callbacks import monitoring
from blockwright.recipe.settings import Settings, SettingsError
from blockwright.runs.epoch_table import flat_epoch
from blockwright.runs.events import Epoch, Evaluated, Output
from blockwright.runs.history import History
from blockwright.tasks.monitors import monitors


@dataclass(frozen=True)
class BestEpoch:
    """An epoch, from 1, and the value there of the curve by which it is the best."""

    epoch: int
    monitor: str
    value: float


def best_epoch(history: History, settings: Mapping[str, Any]) -> BestEpoch | None:
    """The best epoch so far; None with fewer than two epochs, which leave nothing to choose.

    Once a run has tested the weights of its best epoch, it is that one.

    Args:
        history: the events of the run, folded.
        settings: the document of its settings.
    """
    if len(history.epochs) < 2 or history.started is None:
        return None
    weights = history.evaluated.get("weights") if history.evaluated else None
    if weights is not None and weights["which"] == "best" and weights["monitor"] is not None:
        return _at(history.epochs, weights["epoch"], weights["monitor"])
    monitor, mode = _monitor(settings, history.started["outputs"])
    values = [(_value(epoch, monitor), epoch["epoch"]) for epoch in history.epochs]
    known = [(value, epoch) for value, epoch in values if value is not None]
    if not known:
        return None
    sign = -1 if mode == "max" else 1
    value, number = min(known, key=lambda entry: (sign * entry[0], entry[1]))
    return BestEpoch(number, monitor, value)


def _at(epochs: Sequence[Epoch], number: int, monitor: str) -> BestEpoch | None:
    values = (_value(epoch, monitor) for epoch in epochs if epoch["epoch"] == number)
    return next((BestEpoch(number, monitor, value) for value in values if value is not None), None)


def _monitor(settings: Mapping[str, Any], outputs: Sequence[Output]) -> tuple[str, str]:
    """What is monitored, and whether less or more of it is better."""
    chosen = {
        output["output"]: {metric["name"]: metric["better"] for metric in output.get("metrics", [])}
        for output in outputs
    }
    validated = settings.get("validation") != "none"
    modes = monitors({output["output"]: output["metric"] for output in outputs}, chosen, validated)
    try:
        callback = monitoring(Settings.read({"callbacks": settings.get("callbacks") or []}).callbacks)
    except SettingsError:
        # Of a newer version.
        callback = None
    if callback is None or callback.monitor not in modes:
        return "val_loss" if validated else "loss", "min"
    return callback.monitor, modes[callback.monitor] if callback.mode == "auto" else callback.mode


def _value(epoch: Epoch, monitor: str) -> float | None:
    row = flat_epoch(epoch)
    value: float | None = (row | row.get("metrics", {})).get(monitor)
    return value


def weights_text(evaluated: Evaluated | None) -> str:
    """Which weights a run tested, and with that exports; empty for a run without a test or of an earlier version."""
    weights = evaluated.get("weights") if evaluated else None
    if weights is None:
        return ""
    if weights["which"] == "best":
        return f"the weights of epoch {weights['epoch']:,}, the best by {weights['monitor']}"
    if weights["which"] == "epoch":
        return f"the weights of epoch {weights['epoch']:,}, which were chosen"
    return "the last weights"

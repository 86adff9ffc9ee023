"""Which weights of a run can be tested and exported, and those that a person chose."""

import re
from pathlib import Path

from blockwright.recipe.callbacks.callback import BEST, CHECKPOINTS, LAST
from blockwright.runs.best_epoch import best_epoch
from blockwright.runs.events import EvaluatedWeights
from blockwright.runs.files.checkpoints import Checkpoint, read_checkpoints
from blockwright.runs.files.home import run_folder
from blockwright.runs.history import History
from blockwright.runs.records import Run

WEIGHTS = "weights.weights.h5"
"""The weights that are tested and exported."""
_EPOCH = re.compile(r"epoch:(\d{1,6})")


class WeightsError(ValueError):
    """Weights that a run does not have; the message is shown to people."""


def weights_key(checkpoint: Checkpoint) -> str:
    """How a checkpoint is named where one is chosen: "best", "last" or "epoch:3"."""
    return f"epoch:{checkpoint['epoch']}" if checkpoint["which"] == "epoch" else checkpoint["which"]


def current_weights(history: History) -> EvaluatedWeights:
    """Which weights a run has as its own: those that were tested, else those of its last finished epoch."""
    weights = history.evaluated.get("weights") if history.evaluated else None
    return weights or EvaluatedWeights(which="last", epoch=len(history.epochs), monitor=None)


def current_key(history: History) -> str:
    """The same by the name that `weights_key` gives."""
    weights = current_weights(history)
    return f"epoch:{weights['epoch']}" if weights["which"] == "epoch" else weights["which"]


def choosable(run_id: str, history: History) -> dict[str, Path]:
    """The files of weights that can be tested, by their names; its own first."""
    folder = run_folder(run_id)
    files = {weights_key(checkpoint): folder / checkpoint["file"] for checkpoint in read_checkpoints(folder)}
    own = {current_key(history): folder / WEIGHTS} if (folder / WEIGHTS).is_file() else {}
    return own | {key: path for key, path in files.items() if key not in own}


def find_weights(run: Run, history: History, key: str) -> tuple[Path, EvaluatedWeights]:
    """The file of the weights of that name, and what they are. Raises `WeightsError`."""
    if key not in ("best", "last") and not _EPOCH.fullmatch(key):
        raise WeightsError(
            f'Weights are "best", "last" or "epoch:N", as in "epoch:3". Received: {key!r:.60}.'
        )
    files = choosable(run.id, history)
    if key not in files:
        there = f"It has: {', '.join(files)}." if files else "It has no weights."
        raise WeightsError(
            f"This run did not keep the weights {key!r}. {there} ModelCheckpoint keeps those of the best epoch, or of "
            "every epoch."
        )
    if key == current_key(history):
        return files[key], current_weights(history)
    if key == "best":
        best = best_epoch(history, run.settings)
        return files[key], EvaluatedWeights(
            which="best",
            epoch=best.epoch if best else max(1, len(history.epochs)),
            monitor=best.monitor if best else "val_loss",
        )
    if key == "last":
        return files[key], EvaluatedWeights(which="last", epoch=len(history.epochs), monitor=None)
    return files[key], EvaluatedWeights(which="epoch", epoch=int(key.partition(":")[2]), monitor=None)


def kept_file(folder: Path, weights: EvaluatedWeights) -> Path:
    """Where weights lie as a checkpoint, whether or not they do now."""
    name = {"best": BEST, "last": LAST}.get(weights["which"], f"epoch_{weights['epoch']:04d}.weights.h5")
    return folder / CHECKPOINTS / name

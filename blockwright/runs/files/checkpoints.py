"""The weights that a run saved besides those that it ended with."""

import re
from pathlib import Path
from typing import TypedDict

from blockwright.recipe.callbacks.callback import BEST, CHECKPOINTS

_EPOCH = re.compile(r"epoch_(\d+)\.weights\.h5")


class Checkpoint(TypedDict):
    """A file of weights: its path within the run's folder, its size, and its epoch; None for the best one."""

    file: str
    epoch: int | None
    bytes: int


def read_checkpoints(folder: Path) -> list[Checkpoint]:
    """The checkpoints of a run, the best epoch first, then in the order of training."""
    checkpoints: list[Checkpoint] = []
    for path in sorted((folder / CHECKPOINTS).glob("*.weights.h5")):
        match = _EPOCH.fullmatch(path.name)
        if match is not None or path.name == BEST:
            epoch = int(match[1]) if match else None
            checkpoints.append(
                Checkpoint(file=f"{CHECKPOINTS}/{path.name}", epoch=epoch, bytes=path.stat().st_size)
            )
    return sorted(checkpoints, key=lambda checkpoint: checkpoint["epoch"] or 0)

"""The weights that a run saved besides those that it ended with."""

import re
from pathlib import Path
from typing import Literal, TypedDict

from blockwright.recipe.callbacks.callback import BEST, CHECKPOINTS, LAST

_NAMES: dict[str, Literal["best", "last"]] = {BEST: "best", LAST: "last"}
_EPOCH = re.compile(r"epoch_(\d+)\.weights\.h5")


class Checkpoint(TypedDict):
    """A file of weights: its path within the run's folder, its size, and its epoch; None for the best and the last."""

    file: str
    which: Literal["best", "last", "epoch"]
    epoch: int | None
    bytes: int


def read_checkpoints(folder: Path) -> list[Checkpoint]:
    """The checkpoints of a run: the best epoch, then in the order of training, the last weights at the end."""
    checkpoints: list[Checkpoint] = []
    for path in sorted((folder / CHECKPOINTS).glob("*.weights.h5")):
        match = _EPOCH.fullmatch(path.name)
        which: Literal["best", "last", "epoch"] | None = "epoch" if match else _NAMES.get(path.name)
        if which is not None:
            checkpoints.append(
                Checkpoint(
                    file=f"{CHECKPOINTS}/{path.name}",
                    which=which,
                    epoch=int(match[1]) if match else None,
                    bytes=path.stat().st_size,
                )
            )
    return sorted(checkpoints, key=_rank)


def _rank(checkpoint: Checkpoint) -> tuple[bool, int]:
    return checkpoint["which"] == "last", checkpoint["epoch"] or 0

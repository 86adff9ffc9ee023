"""The loss of every training batch: a file in the run's folder, one float32 after another."""

import csv
import io
from pathlib import Path

import numpy as np

BATCH_LOSSES = "batch_losses.f32"
_TYPE = np.dtype("<f4")


def write_batch_losses(folder: Path, first: int, losses: "np.ndarray") -> None:
    """Write the losses of consecutive batches; the file ends behind them.

    Args:
        folder: the run's folder.
        first: how many batches were trained before them. Where the file holds fewer, the missing ones become NaN.
        losses: one number for each batch.
    """
    path = folder / BATCH_LOSSES
    path.touch()
    with path.open("r+b") as file:
        size = file.seek(0, io.SEEK_END) // _TYPE.itemsize
        missing = np.full(max(0, first - size), np.nan, _TYPE)
        file.seek(min(first, size) * _TYPE.itemsize)
        file.write(missing.tobytes() + losses.astype(_TYPE).tobytes())
        file.truncate()


def read_batch_losses(folder: Path) -> "np.ndarray":
    """The loss of every batch so far; empty for a run that recorded none."""
    path = folder / BATCH_LOSSES
    if not path.is_file():
        return np.empty(0, _TYPE)
    content = path.read_bytes()
    # A process that was killed may have left a part of a number.
    return np.frombuffer(content, _TYPE, count=len(content) // _TYPE.itemsize)


def batch_losses_csv(losses: "np.ndarray", steps_per_epoch: int) -> str:
    """One line for each batch: epoch and batch, both from 1, and its loss."""
    buffer = io.StringIO()
    table = csv.writer(buffer, lineterminator="\n")
    table.writerow(["epoch", "batch", "loss"])
    for index, loss in enumerate(losses.tolist()):
        epoch, batch = divmod(index, steps_per_epoch)
        table.writerow([epoch + 1, batch + 1, "" if loss != loss else f"{loss:.6g}"])
    return buffer.getvalue()

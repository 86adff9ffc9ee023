"""Records the loss of every batch without waiting for the device at each."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np

from blockwright.runs.files.batch_losses import write_batch_losses
from blockwright.runs.files.storage_problems import storage_problem

PERIOD = 1.0


class BatchLosses(keras.callbacks.Callback):
    """Writes each batch's own loss to the run's folder, about once a second.

    What a loop logs after a batch is the mean over the examples of the epoch so far; a batch's own loss follows from
    the means before and after it, to about four digits.

    Args:
        folder: the run's folder.
        examples: training examples per epoch.
        batch_size: examples per batch; the last batch of an epoch may be smaller.
    """

    def __init__(self, folder: Path, examples: int, batch_size: int) -> None:
        super().__init__()
        self._folder = folder
        self._examples = examples
        self._batch_size = batch_size
        self._steps = -(-examples // batch_size)
        self._first = 0
        self._means: list[Any] = []
        self._sum = 0.0
        self._counted = 0
        self._due = 0.0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """The running mean starts again."""
        self._first, self._means = epoch * self._steps, []
        self._sum, self._counted = 0.0, 0

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Keep the running mean unread, and write what has come together from time to time."""
        self._means.append((logs or {})["loss"])
        now = time.monotonic()
        if now >= self._due:
            self._due = now + PERIOD
            self.flush()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Write the rest of the epoch."""
        self.flush()

    def flush(self) -> None:
        """Write what is not written yet; what finds no room on the disk is written the next time."""
        if not self._means:
            return
        means = np.array([float(mean) for mean in self._means])
        counts = np.minimum((self._counted + 1 + np.arange(len(means))) * self._batch_size, self._examples)
        sums = means * counts
        before = min(self._counted * self._batch_size, self._examples)
        losses = np.diff(sums, prepend=self._sum) / np.diff(counts, prepend=before)
        try:
            write_batch_losses(self._folder, self._first + self._counted, losses)
        except OSError as error:
            if storage_problem(error, self._folder) is None:
                raise
            return
        self._sum = float(sums[-1])
        self._counted += len(means)
        self._means = []

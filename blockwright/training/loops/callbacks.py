"""Between batches: points for the curves, stop and pause requests, and the end of runs whose loss is not finite."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras

from blockwright.runs.events import Batch, Epoch
from blockwright.runtime.batch_callbacks import PrintEvery
from blockwright.training.loops.reporter import Reporter
from blockwright.training.setup.metrics import LoggedValues

PERIOD = 0.25


class LossNotFinite(ArithmeticError):
    """The loss became NaN or infinite."""

    def __init__(self, epoch: int, batch: int) -> None:
        super().__init__(f"epoch {epoch}, batch {batch}")
        self.epoch = epoch
        self.batch = batch


def has_finite_losses(logs: Mapping[str, Any]) -> bool:
    """Whether the losses at the end of an epoch are numbers that training can go on with."""
    return all(math.isfinite(float(logs.get(name, 0.0))) for name in ("loss", "val_loss"))


class DirectCallbacks(keras.callbacks.CallbackList):
    """Keras's list of callbacks, without its reading of every batch's logs: reading waits for the device."""

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Not needed."""

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Pass the logs on unread."""
        for callback in self.callbacks:
            callback.on_train_batch_end(batch, logs)

    def on_test_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Not needed."""

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        """Pass the logs on unread."""
        for callback in self.callbacks:
            callback.on_test_batch_end(batch, logs)


class LogEvery(PrintEvery):
    """Writes the values so far into the log of a run every few batches, with the outputs by their ids."""

    def __init__(self, batches: int, reporter: Reporter, logged: LoggedValues) -> None:
        super().__init__(batches, reporter.log)
        self._logged = logged

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Write if it is time."""
        super().on_train_batch_end(batch, self._logged.named(logs))


class RunCallback(keras.callbacks.Callback):
    """Sends a run's events and honours requests to it.

    The loss and metrics of a batch event are running means of the epoch, as Keras computes them, and are only read a
    few times a second. Raises `StopRun` and `LossNotFinite` out of `fit`.

    Args:
        reporter: sends events to the store, and receives requests.
        examples: training examples per epoch.
        batch_size: examples per batch.
        live: whether to send points within the epoch; may be changed between epochs.
        keep: called with the event of each epoch whose losses are finite; saves the weights.
        logged: reads what Keras logs.
        epochs: those that were finished before, where the run goes on.
    """

    def __init__(
        self,
        reporter: Reporter,
        examples: int,
        batch_size: int,
        live: bool,
        keep: Callable[[Epoch], None],
        logged: LoggedValues,
        epochs: Sequence[Epoch] = (),
    ) -> None:
        super().__init__()
        self._logged = logged
        self._reporter = reporter
        self._examples = examples
        self._batch_size = batch_size
        self.live = live
        self._keep = keep
        self._began = self._epoch_began = self._point_at = time.monotonic()
        self._paused = self._training_seconds = 0.0
        self._due = 0.0
        self._epoch = self._batch = self._point_batch = 0
        self.epochs = list(epochs)

    def on_train_begin(self, logs: Any = None) -> None:
        """Start the clock."""
        self._began = time.monotonic()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Start the epoch's clock."""
        self._epoch, self._batch, self._point_batch = epoch + 1, 0, 0
        self._epoch_began = self._point_at = time.monotonic()
        self._paused = self._training_seconds = 0.0

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Count, send a point if one is due, and check for requests."""
        self._batch = batch + 1
        self._reporter.advance()
        now = time.monotonic()
        if now >= self._due:
            self._point(logs, now)
        self._obey()

    def on_test_begin(self, logs: Any = None) -> None:
        """The epoch's training is over; validation does not count as training time."""
        self._training_seconds = time.monotonic() - self._epoch_began - self._paused

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        """Check for requests during validation, too."""
        self._reporter.advance()
        self._obey()

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Save the weights and send the epoch, unless a loss is not finite."""
        values = {name: float(value) for name, value in (logs or {}).items()}
        if not has_finite_losses(values):
            raise LossNotFinite(self._epoch, self._batch)
        seconds = self._training_seconds or time.monotonic() - self._epoch_began - self._paused
        data = Epoch(
            epoch=self._epoch,
            loss=values.get("loss"),
            val_loss=values.get("val_loss"),
            outputs=self._logged.of(values, ("", "val_")),
            seconds=seconds,
            examples_per_second=self._examples / max(seconds, 1e-9),
        )
        self._keep(data)
        self.epochs.append(data)
        self._reporter.emit("epoch", data, now=True)

    def _point(self, logs: Mapping[str, Any], now: float) -> None:
        loss = float(logs["loss"])
        if not math.isfinite(loss):
            raise LossNotFinite(self._epoch, self._batch)
        # Reading waited for the device: the clock is read again, so that the speed is the device's.
        now = time.monotonic()
        if self.live:
            done = min((self._batch - self._point_batch) * self._batch_size, self._examples)
            data = Batch(
                epoch=self._epoch,
                batch=self._batch,
                loss=loss,
                outputs=self._logged.of(logs),
                examples_per_second=done / max(now - self._point_at, 1e-9),
                seconds=now - self._began,
                memory_bytes=self._reporter.memory_bytes,
            )
            self._reporter.emit("batch", data, now=self._due == 0.0)
        self._point_batch, self._point_at, self._due = self._batch, now, now + PERIOD

    def _obey(self) -> None:
        self._reporter.obey_stop()
        if self._reporter.pause_requested:
            seconds = self._reporter.pause()
            self._paused += seconds
            self._point_at += seconds
            self._reporter.obey_stop()

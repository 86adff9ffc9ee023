"""Events, heartbeats and requests of a run, exchanged with the store by a thread, so that training never waits."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self

import psutil

from blockwright.recipe.metrics import METRICS as CHOSEN
from blockwright.runs.database.database import until_written
from blockwright.runs.events import OutputValues
from blockwright.runs.store import RunStore, StoreError
from blockwright.tasks.base import METRICS

PERIOD = 0.25
HEARTBEAT = 1.0
MEMORY_PERIOD = 2.0
ROOM_PERIOD = 1.0

log = logging.getLogger(__name__)


class StopRun(Exception):
    """The run was asked to stop, or another process ended it."""


class Reporter:
    """Exchanges events, heartbeats and requests of one run with the store, within its context.

    `emit` and `advance` take no longer than appending to a list. While the store is locked or unreachable, events are
    queued, and written in order later.

    Args:
        store: the run store.
        run_id: a run that this process has claimed.
        on_message: called with each log message, and with a sentence for each epoch.

    Attributes:
        lost: whether the run was ended or removed by another process.
        memory_bytes: this process's own memory, read every other second at most.
    """

    def __init__(self, store: RunStore, run_id: str, on_message: Callable[[str], None] | None = None) -> None:
        self._store = store
        self._run_id = run_id
        self._on_message = on_message
        self._events: list[tuple[str, Mapping[str, Any]]] = []
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._requests_lock = threading.Lock()
        self._requested = threading.Event()
        self._over = False
        self._steps = 0
        self._stop = False
        self._pause = False
        self.lost = False
        self.memory_bytes = 0
        self._memory_due = 0.0
        self._problem: str | None = None
        self._thread = threading.Thread(target=self._work, daemon=True, name="reporter")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over = True
        self._wake.set()
        self._thread.join(timeout=30)
        try:
            until_written(self.flush)
        except StoreError as error:
            log.warning("The last events could not be written: %s", error)

    def emit(self, kind: str, data: Mapping[str, Any], now: bool = False) -> None:
        """Send an event; it is written within `PERIOD` seconds, or at once with `now`."""
        with self._lock:
            self._events.append((kind, data))
        if self._on_message is not None and kind in _SENTENCES:
            self._on_message(_SENTENCES[kind](data))
        if now:
            self._wake.set()

    def log(self, message: str, level: str = "info") -> None:
        """Send a log message, at once."""
        self.emit("log", {"message": message, "level": level}, now=True)

    def advance(self) -> None:
        """Note that training has progressed."""
        self._steps += 1

    @property
    def stop_requested(self) -> bool:
        """Whether a stop was requested, or another process ended the run."""
        return self._stop or self.lost

    @property
    def pause_requested(self) -> bool:
        """Whether a pause was requested, and neither a resume nor a stop since."""
        return self._pause and not self.stop_requested

    def obey_stop(self) -> None:
        """Raise `StopRun` if a stop was requested."""
        if self.stop_requested:
            raise StopRun

    def flush(self) -> None:
        """Write all queued events from the calling thread. Raises `StoreError` if the store cannot be used."""
        self._flush(patient=False)

    def wait_for_room(self, problem: str) -> None:
        """Wait a moment because a file cannot be written, and log why, once. Raises `StopRun` on a request to stop."""
        if problem != self._problem:
            self._problem = problem
            self.log(f"{problem} Training waits and goes on by itself; finished epochs are kept.", "warning")
        self.advance()
        self.obey_stop()
        time.sleep(ROOM_PERIOD)

    def pause(self) -> float:
        """Pause until a resume or stop is requested; returns the seconds that it took."""
        began = time.monotonic()
        until_written(self.flush)
        until_written(lambda: self._store.transition(self._run_id, ("starting", "running"), "paused"))
        while self.pause_requested and not self._over:
            self._requested.wait(PERIOD)
            self._requested.clear()
        until_written(lambda: self._store.transition(self._run_id, "paused", "running"))
        return time.monotonic() - began

    def _work(self) -> None:
        beat_due, reported_steps = 0.0, -1
        while not self._over:
            now = time.monotonic()
            try:
                self._flush()
                self._read_requests()
                if now >= beat_due:
                    steps = self._steps
                    alive = self._store.heartbeat(self._run_id, progress=steps != reported_steps)
                    if not alive:
                        self.lost = True
                    beat_due, reported_steps = now + HEARTBEAT, steps
            except StoreError as error:
                log.warning("The store cannot be reached: %s", error)
            if now >= self._memory_due:
                self.memory_bytes, self._memory_due = own_memory(), now + MEMORY_PERIOD
            self._wake.wait(PERIOD)
            self._wake.clear()

    def honour_stop(self) -> None:
        """Mark requests to stop as honoured: the loop has stopped. A later request stops the next step."""
        until_written(self._honour_stop)

    def _honour_stop(self) -> None:
        with self._requests_lock:
            for command in self._store.pending_commands(self._run_id):
                if command.kind == "stop":
                    self._store.honour(command.id)
            self._stop = False

    def _read_requests(self) -> None:
        with self._requests_lock:
            for command in self._store.pending_commands(self._run_id):
                if command.kind == "stop":
                    self._stop = True
                else:
                    self._pause = command.kind == "pause"
                    self._store.honour(command.id)
                self._requested.set()

    def _flush(self, patient: bool = True) -> None:
        with self._lock:
            events, self._events = self._events, []
        if not events:
            return
        try:
            self._store.add_events(self._run_id, events)
        except StoreError as error:
            with self._lock:
                self._events = events + self._events
            if not patient:
                raise
            log.warning("Events could not be written yet: %s", error)


def _epoch_sentence(epoch: Mapping[str, Any]) -> str:
    of_validation = [
        value
        for values in epoch["outputs"].values()
        for name, value in values.items()
        if name.startswith("val_")
    ]
    parts = {"": "loss"}
    if any(value is not None for value in (epoch["val_loss"], *of_validation)):
        parts["val_"] = "validation loss"
    losses = [
        ", ".join([f"{title} {_number(epoch[part + 'loss'])}", *_metric_texts(epoch["outputs"], part)])
        for part, title in parts.items()
    ]
    speed = f"{epoch['examples_per_second']:,.0f}"
    return f"Epoch {epoch['epoch']}: {', '.join(losses)}, {speed} examples/s."


def _metric_texts(outputs: OutputValues, part: str) -> Iterator[str]:
    for output, values in outputs.items():
        for metric in METRICS.values():
            if part + metric.name in values:
                of = f" of {output}" if len(outputs) > 1 else ""
                yield f"{metric.title.lower()}{of} {metric.text(values[part + metric.name])}"
        for name, value in values.items():
            if name.startswith(part) and (chosen := CHOSEN.get(name.removeprefix(part))) is not None:
                of = f" of {output}" if len(outputs) > 1 else ""
                text = "-" if value is None else f"{value:.1%}" if chosen.is_share else f"{value:.4g}"
                yield f"{name.removeprefix(part).replace('_', ' ')}{of} {text}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


_SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "log": lambda data: str(data["message"]),
    "epoch": _epoch_sentence,
    "diagnosis": lambda data: str(data["message"]),
}


def own_memory() -> int:
    """Bytes that only this process uses, or its resident bytes where that is unknown."""
    process = psutil.Process()
    try:
        return process.memory_full_info().uss
    except (psutil.AccessDenied, AttributeError):
        return process.memory_info().rss

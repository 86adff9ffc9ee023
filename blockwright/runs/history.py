"""A run's curves and status as a pure fold over its events: the same events give the same history, in any portions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

from blockwright.runs.events import Baseline, Batch, Diagnosed, Ended, Epoch, Evaluated, Log, Resumed, Started
from blockwright.runs.records import ENDINGS, QUEUED, Event

MOST_BATCHES = 500
MOST_LOGS = 200

_Point = TypeVar("_Point")


@dataclass
class History:
    """The state of a run after some of its events; `extend` adds further ones.

    Attributes:
        last_id: the id of the last event: `store.events(run_id, after=history.last_id)` gives the next ones.
        epochs: every finished epoch. `batches` (a property) has at most about `MOST_BATCHES` points, evenly
            thinned, and always the latest one.
        diagnoses: the causes of a poor result that were found and still hold.
        resumed_from: the status with which the run had ended when it was last resumed; None for one that never was.
        changes: grows with every event that changes a curve or the status: unchanged means nothing to redraw.
    """

    status: str = QUEUED
    message: str | None = None
    started: Started | None = None
    baselines: list[Baseline] = field(default_factory=list)
    epochs: list[Epoch] = field(default_factory=list)
    evaluated: Evaluated | None = None
    diagnoses: list[Diagnosed] = field(default_factory=list)
    ended: Ended | None = None
    resumed_from: str | None = None
    logs: list[Log] = field(default_factory=list)
    last_id: int = 0
    changes: int = 0
    _thinned: list[Batch] = field(default_factory=list)
    _latest: Batch | None = None
    _received: int = 0
    _stride: int = 1
    _anchor: Batch | None = None

    def extend(self, events: Iterable[Event]) -> Self:
        """Add further events, in the order of their ids; events that were added before are ignored."""
        for event in events:
            if event.id > self.last_id:
                self.last_id = event.id
                self.changes += 1
                getattr(self, f"_{event.kind}_event", self._unknown_event)(event.data)
        return self

    @property
    def batches(self) -> list[Batch]:
        """Points within the epochs, thinned, the latest one last."""
        latest = [] if self._latest is None or self._thinned[-1] is self._latest else [self._latest]
        return self._thinned + latest

    @property
    def over(self) -> bool:
        """Whether the run has ended."""
        return self.status in ENDINGS

    @property
    def progress(self) -> float:
        """The fraction of the training that is done, 0 to 1."""
        total = self._total_steps()
        if self.status == "finished":
            return 1.0
        return min(1.0, self._steps_done() / total) if total else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Seconds of training that remain at the pace since it last started or resumed; None while unknown."""
        if self.status != "running" or self._latest is None or self._anchor is None:
            return None
        seconds = self._latest["seconds"] - self._anchor["seconds"]
        steps = self._steps(self._latest) - self._steps(self._anchor)
        if seconds <= 0 or steps <= 0:
            return None
        return max(0.0, self._total_steps() - self._steps_done()) * seconds / steps

    @property
    def examples_per_second(self) -> float | None:
        """The latest speed."""
        return None if self._latest is None else self._latest["examples_per_second"]

    @property
    def memory_bytes(self) -> int | None:
        """The worker's latest memory."""
        return None if self._latest is None else self._latest["memory_bytes"]

    def _total_steps(self) -> int:
        return 0 if self.started is None else self.started["epochs"] * self.started["steps_per_epoch"]

    def _steps(self, batch: Batch) -> int:
        per_epoch = 0 if self.started is None else self.started["steps_per_epoch"]
        return (batch["epoch"] - 1) * per_epoch + batch["batch"]

    def _steps_done(self) -> int:
        of_epochs = len(self.epochs) * (0 if self.started is None else self.started["steps_per_epoch"])
        return max(of_epochs, 0 if self._latest is None else self._steps(self._latest))

    def _started_event(self, data: Any) -> None:
        self.started = data

    def _baseline_event(self, data: Any) -> None:
        others = [
            baseline
            for baseline in self.baselines
            if (baseline["output"], baseline["model"]) != (data["output"], data["model"])
        ]
        self.baselines = [*others, data]

    def _batch_event(self, data: Any) -> None:
        self._latest = data
        if self._anchor is None:
            self._anchor = data
        if self._received % self._stride == 0:
            self._thinned.append(data)
            if len(self._thinned) > MOST_BATCHES:
                self._thinned = self._thinned[::2]
                self._stride *= 2
        self._received += 1

    def _epoch_event(self, data: Any) -> None:
        self.epochs.append(data)

    def _diagnosis_event(self, data: Any) -> None:
        others = [diagnosed for diagnosed in self.diagnoses if diagnosed["cause"] != data["cause"]]
        self.diagnoses = others if data["resolved"] else [*others, data]

    def _evaluated_event(self, data: Any) -> None:
        self.evaluated = data

    def _log_event(self, data: Any) -> None:
        self.logs = [*self.logs[-(MOST_LOGS - 1) :], data]

    def _resumed_event(self, data: Resumed) -> None:
        self.epochs = [epoch for epoch in self.epochs if epoch["epoch"] <= data["epoch"]]
        self._thinned = [batch for batch in self._thinned if batch["epoch"] <= data["epoch"]]
        if not self._thinned:
            self._received, self._stride = 0, 1
        self._latest = self._thinned[-1] if self._thinned else None
        self._anchor = None
        self.evaluated = None
        self.diagnoses = [diagnosed for diagnosed in self.diagnoses if diagnosed["cause"] in data["causes"]]

    def _state_event(self, data: Any) -> None:
        if data["status"] == QUEUED and self.ended is not None:
            self.resumed_from, self.ended = self.ended["status"], None
        if self.ended is None:
            if self.status == "paused":
                self._anchor = None
            self.status, self.message = data["status"], data["message"]

    def _ended_event(self, data: Any) -> None:
        self.ended = data
        self.status, self.message = data["status"], data["message"]

    def _unknown_event(self, data: Any) -> None:
        """An event of a newer version changes nothing here."""


def fold(events: Iterable[Event]) -> History:
    """The history of these events."""
    return History().extend(events)


def thin(points: Sequence[_Point], most: int = MOST_BATCHES) -> list[_Point]:
    """At most `most` of the points, evenly spaced, the first and the last among them: enough for a chart's trace."""
    if len(points) <= most:
        return list(points)
    step = (len(points) - 1) / (most - 1)
    return [points[round(index * step)] for index in range(most)]

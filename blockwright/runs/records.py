"""What the store returns, as plain, frozen records, and the error that it raises."""

from dataclasses import dataclass
from typing import Any

QUEUED = "queued"
ACTIVE = ("starting", "running", "paused")
ENDINGS = ("finished", "stopped", "failed", "interrupted")

COMMAND_LINE = "command-line"
"""The owner of runs started without a browser; a workspace takes such a run over by its id."""


class StoreError(RuntimeError):
    """The run store cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Run:
    """One training run. Times are seconds since 1970; None until it happened.

    `heartbeat` is when its process last said that it lives, `progressed` when its loop last moved on. `worker`
    is "backend" for a process forked by the backend, which it may kill, and "here" for a run that a command line
    or notebook executes in its own process.
    """

    id: str
    owner: str
    name: str
    status: str
    design: dict[str, Any]
    settings: dict[str, Any]
    created: float
    started: float | None
    ended: float | None
    heartbeat: float | None
    progressed: float | None
    pid: int | None
    pid_started: float | None
    host: str | None
    worker: str | None
    message: str | None

    @property
    def active(self) -> bool:
        """Whether a process has it: starting, running or paused."""
        return self.status in ACTIVE

    @property
    def over(self) -> bool:
        """Whether it has ended, in whichever way."""
        return self.status in ENDINGS


@dataclass(frozen=True)
class Event:
    """Something that happened in a run, in the order of `id`; see events.py for what `data` holds."""

    id: int
    kind: str
    at: float
    data: dict[str, Any]


@dataclass(frozen=True)
class Command:
    """A request to a run that it has not honoured yet: "stop", "pause" or "resume"."""

    id: int
    run_id: str
    kind: str
    at: float


@dataclass(frozen=True)
class SavedDesign:
    """A design that a workspace keeps under a key."""

    key: str
    name: str
    document: dict[str, Any]
    updated: float

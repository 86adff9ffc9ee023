"""What the store returns, as plain, frozen records, and the error that it raises."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

QUEUED = "queued"
ACTIVE = ("starting", "running", "paused")
TRAINING = ("starting", "running")
ENDINGS = ("finished", "stopped", "failed", "interrupted")

COMMAND_LINE = "command-line"
"""The owner of runs started without a browser; a workspace adopts such a run by its id."""


class StoreError(RuntimeError):
    """The run store cannot be used; the message says why and what to do."""


class StoreUnavailable(StoreError):
    """The run store cannot be written now, but perhaps later: it is locked, its disk is full or read-only."""


class LimitReached(StoreError):
    """A workspace has used up what this server lets it have."""


@dataclass(frozen=True)
class RunEntry:
    """One training run as lists show it, without its design.

    Times are in seconds since 1970; None if it has not happened yet.

    `heartbeat` is the time of the last heartbeat of its process, `progressed` of the last training step. `pid` and
    `process_start` identify the process (`process_start.py`). `worker` is "backend" for a process forked by the
    backend, which may kill it, and "here" for a run in the process of a command line or notebook. `expires` is when an
    ended run will be deleted for its age or for space; None if it will not. An active run has a `message` only if
    something other than its visitor has asked it to stop: the reason. Equal designs have the same `design_digest`.
    """

    id: str
    owner: str
    name: str
    status: str
    settings: dict[str, Any]
    created: float
    started: float | None
    ended: float | None
    heartbeat: float | None
    progressed: float | None
    pid: int | None
    process_start: str | None
    host: str | None
    worker: str | None
    message: str | None
    expires: float | None
    design_name: str
    design_digest: str

    @property
    def active(self) -> bool:
        """Whether it is starting, running or paused."""
        return self.status in ACTIVE

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.status in ENDINGS


@dataclass(frozen=True)
class Run(RunEntry):
    """One training run with the document of its design, which can be large."""

    design: dict[str, Any]


@dataclass(frozen=True)
class Event:
    """An event of a run, in the order of `id`; see events.py for its `data`."""

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
class DesignEntry:
    """A saved design as lists show it, without its document.

    Attributes:
        size: the bytes of its document.
        nodes: how many nodes it has.
        blocks: the names of their blocks, in order; of a large design, every so many.
        changed: of a draft, whether it has changes that are not saved.
    """

    key: str
    name: str
    updated: float
    size: int
    nodes: int
    blocks: list[str]
    changed: bool


@dataclass(frozen=True)
class SavedDesign:
    """A design that a workspace saved under a key."""

    key: str
    name: str
    document: dict[str, Any]
    updated: float


def design_digest(document: object) -> str:
    """A digest of a design's document: the same for equal ones."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]

"""The histories of the runs that people look at, kept by the server and extended by what is new.

A poll then reads the few events since the last one, however long the run is; all viewers of a run share one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock

from cachetools import LRUCache

from blockwright.runs.history import History
from blockwright.ui.shell.byte_cache import json_bytes
from blockwright.ui.shell.store import run_store

MAX_BYTES = 32_000_000
"""The memory that the histories may take together, about; a single larger one is kept alone."""
EMPTY_BYTES = 3_000


@dataclass(eq=False)
class _Followed:
    history: History = field(default_factory=History)
    lock: Lock = field(default_factory=Lock)
    bytes: int = EMPTY_BYTES


_histories: LRUCache[str, _Followed] = LRUCache(MAX_BYTES, getsizeof=lambda followed: followed.bytes)
_lock = Lock()


def follow(run_id: str) -> History:
    """The history of a run up to now. Whoever asks has made sure that the run is the visitor's."""
    with _lock:
        followed = _histories.setdefault(run_id, _Followed())
    with followed.lock:
        changes = followed.history.changes
        history = followed.history.extend(run_store().events(run_id, after=followed.history.last_id))
        if history.changes != changes:
            followed.bytes = min(history_bytes(history), int(_histories.maxsize))
            with _lock:
                _histories[run_id] = followed
    return history


def results(run_ids: Sequence[str]) -> dict[str, History]:
    """What each run reached in its test, as histories that hold nothing else: all of them in one question."""
    return {run_id: History().extend(events) for run_id, events in run_store().results(run_ids).items()}


def history_bytes(history: History) -> int:
    """About the memory that a history takes; its epochs are as large as the latest, and so are its batches."""
    series = (history.epochs, history.batches)
    others = [
        history.logs,
        history.started,
        history.baselines,
        history.diagnoses,
        history.evaluated,
        history.ended,
    ]
    return (
        sum(len(points) * json_bytes(points[-1]) for points in series if points)
        + json_bytes(others)
        + EMPTY_BYTES
    )

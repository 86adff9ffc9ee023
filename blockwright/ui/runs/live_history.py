"""The histories of the runs that people look at, kept by the server and extended by what is new.

A poll then reads the few events since the last one, however long the run is; all viewers of a run share one.
"""

from threading import Lock

from cachetools import LRUCache

from blockwright.runs.history import History
from blockwright.ui.shell.store import run_store

_histories: LRUCache[str, tuple[Lock, History]] = LRUCache(200)
_lock = Lock()


def follow(run_id: str) -> History:
    """The history of a run up to now. Whoever asks has made sure that the run is the visitor's."""
    with _lock:
        lock, history = _histories.setdefault(run_id, (Lock(), History()))
    with lock:
        return history.extend(run_store().events(run_id, after=history.last_id))

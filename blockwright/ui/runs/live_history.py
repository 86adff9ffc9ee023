"""The histories of the runs that people look at, kept by the server and extended by what is new.

A poll then reads the few events since the last one, however long the run is; all viewers of a run share one.
"""

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

from blockwright.ui.shell.store import run_store

if TYPE_CHECKING:
    from blockwright.runs.history import History

MOST_KEPT = 200


class _Followed:
    def __init__(self) -> None:
        from blockwright.runs.history import History

        self.history = History()
        self.lock = Lock()


_followed: OrderedDict[str, _Followed] = OrderedDict()
_lock = Lock()


def follow(run_id: str) -> "History":
    """The history of a run up to now. Whoever asks has made sure that the run is the visitor's."""
    with _lock:
        entry = _followed.setdefault(run_id, _Followed())
        _followed.move_to_end(run_id)
        while len(_followed) > MOST_KEPT:
            _followed.popitem(last=False)
    with entry.lock:
        return entry.history.extend(run_store().events(run_id, after=entry.history.last_id))

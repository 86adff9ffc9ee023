"""Large designs of one workspace take turns, so that its tabs do not keep the server from everyone else."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, RLock
from weakref import WeakValueDictionary

from blockwright.ui.shell import state
from blockwright.ui.shell.workspace import workspace

LARGE = 300
"""The blocks of a design from which on an edit takes the server so long that others would notice."""


class _Turn:
    """Who has it may compute; it can be taken again by the same thread."""

    def __init__(self) -> None:
        self.lock = RLock()


_turns: "WeakValueDictionary[str, _Turn]" = WeakValueDictionary()
_turns_lock = Lock()


@contextmanager
def turn() -> Iterator[None]:
    """Wait, where the current design is large, until no other tab of this workspace works on a large one."""
    if len(state.design().nodes) < LARGE:
        yield
        return
    with _turns_lock:
        taken = _turns.get(workspace())
        if taken is None:
            taken = _turns[workspace()] = _Turn()
    with taken.lock:
        yield

"""The end of runs whose workspace has used up its minutes of training."""

import time
from collections.abc import Iterable

from blockwright.runs.records import RunEntry
from blockwright.runs.store import RunStore
from blockwright.runs.workspaces.workspace_limits import WorkspaceLimits
from blockwright.runs.workspaces.workspace_use import minutes_used_up

CHECK_SECONDS = 5.0


class MinuteLimit:
    """Asks runs to stop, as their visitor would: what they have learned is saved and tested."""

    def __init__(self, store: RunStore, limits: WorkspaceLimits):
        self._store = store
        self._limits = limits
        self._check_due = 0.0

    def check(self, active: Iterable[RunEntry]) -> None:
        """Look at the active runs, if the last time was a while ago."""
        if not self._limits.minutes or time.monotonic() < self._check_due:
            return
        self._check_due = time.monotonic() + CHECK_SECONDS
        runs = [run for run in active if run.worker == "backend"]
        for owner in {run.owner for run in runs}:
            reason = minutes_used_up(self._store, self._limits, owner)
            if reason is None:
                continue
            for run in runs:
                if run.owner == owner and not self._store.stop_requested(run.id):
                    self._store.request(run.id, owner, "stop", reason)

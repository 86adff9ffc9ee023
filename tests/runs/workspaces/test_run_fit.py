"""Whether a run fits beside what is running, and within the limits of its workspace."""

import pytest

from blockwright.runs.store import RunStore
from blockwright.runs.workspaces import run_fit
from blockwright.runs.workspaces.workspace_limits import WorkspaceLimits


def test_a_run_that_needs_more_memory_than_is_free_is_warned_of(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(run_fit, "free_memory", lambda: 900_000_000)
    assert run_fit.memory_problem(800_000_000) is None
    assert run_fit.memory_problem(2_340_000_000) == (
        "It needs about 2.3 GB of memory, but this machine has 900 MB free now: the run would be ended when memory "
        "runs out."
    )


def test_a_run_that_takes_longer_than_is_left_today_is_warned_of(home, monkeypatch: pytest.MonkeyPatch):
    store = RunStore()
    monkeypatch.setattr(RunStore, "seconds_trained", lambda *_: 110 * 60.0)
    assert run_fit.minutes_problem(store, WorkspaceLimits(), "me", 1e9) is None
    limits = WorkspaceLimits(minutes=120)
    assert run_fit.minutes_problem(store, limits, "me", 9 * 60) is None
    assert run_fit.minutes_problem(store, limits, "me", 30 * 60) == (
        "It takes about 30 minutes, but this workspace has 10 of its 120 minutes of training left for today."
    )
    store.close()

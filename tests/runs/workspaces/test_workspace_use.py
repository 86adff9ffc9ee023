import time
from datetime import datetime

import pytest

from blockwright.runs.store import RunStore
from blockwright.runs.workspaces.workspace_limits import WorkspaceLimits
from blockwright.runs.workspaces.workspace_use import minutes_used_up, reason_to_wait, start_of_day

NOON = datetime(2026, 3, 4, 12).timestamp()


def trained(store: RunStore, monkeypatch: pytest.MonkeyPatch, start: float, end: float | None) -> None:
    """A run of ann's that was active from `start` to `end`."""
    run = store.create_run("ann", "x", {}, {})
    monkeypatch.setattr(time, "time", lambda: start)
    store.claim(run.id)
    if end is not None:
        monkeypatch.setattr(time, "time", lambda: end)
        store.end(run.id, "finished")
    monkeypatch.setattr(time, "time", lambda: NOON)


def test_without_limits_nobody_waits(store: RunStore):
    assert reason_to_wait(store, WorkspaceLimits(), "ann", 100) is None


def test_more_runs_at_once_than_allowed_wait(store: RunStore):
    limits = WorkspaceLimits(runs=2)
    assert reason_to_wait(store, limits, "ann", 1) is None
    assert reason_to_wait(store, limits, "ann", 2).startswith("This server allows 2 runs at once")


def test_minutes_of_today_add_up_with_those_of_runs_that_go_on(store: RunStore, monkeypatch):
    limits = WorkspaceLimits(minutes=60)
    midnight = start_of_day(NOON)
    trained(store, monkeypatch, midnight - 7200, midnight + 600)
    trained(store, monkeypatch, NOON - 1800, NOON)
    assert store.seconds_trained("ann", midnight, NOON) == 2400
    assert minutes_used_up(store, limits, "ann") is None
    trained(store, monkeypatch, NOON - 1200, None)
    sentence = "This workspace has used its 60 minutes of training for today."
    assert minutes_used_up(store, limits, "ann") == sentence
    assert reason_to_wait(store, limits, "ann", 0) == f"{sentence} The run starts tomorrow."
    assert minutes_used_up(store, limits, "bob") is None
    monkeypatch.setattr(time, "time", lambda: midnight + 86_400 + 60)
    assert minutes_used_up(store, limits, "ann") is None


def test_a_day_begins_at_midnight_by_the_clock_of_the_server():
    assert datetime.fromtimestamp(start_of_day(NOON)) == datetime(2026, 3, 4)

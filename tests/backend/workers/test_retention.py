"""What is deleted for its age or for space: only what has ended, and only after it was announced."""

import time
from pathlib import Path

import pytest

from blockwright.backend.workers.retention import Retention
from blockwright.runs.files.home import run_folder
from blockwright.runs.files.upload_store import keep_upload, uploads
from blockwright.runs.records import COMMAND_LINE, Run
from blockwright.runs.store import RunStore
from blockwright.runs.workspaces.expiry import AGE_NOTICE, DAY, SPACE_NOTICE
from blockwright.runs.workspaces.workspace_limits import WorkspaceLimits


@pytest.fixture
def store(home):
    store = RunStore()
    yield store
    store.close()


def run_of(store: RunStore, owner: str = "ann", megabytes: int = 0, ended: bool = True, **settings) -> Run:
    run = store.create_run(owner, "x", {}, settings)
    (run_folder(run.id) / "weights").write_bytes(bytes(megabytes * 1_000_000))
    store.claim(run.id)
    if ended:
        store.end(run.id, "finished")
    return store.get(run.id)


def left(store: RunStore, *runs: Run) -> list[bool]:
    rows = [store.get(run.id) is not None for run in runs]
    assert [run_folder(run.id).is_dir() for run in runs] == rows
    return rows


def test_an_old_run_is_announced_and_then_deleted(store):
    run, going, here = run_of(store), run_of(store, ended=False), run_of(store, COMMAND_LINE)
    retention = Retention(store, WorkspaceLimits(days=30))
    now = time.time()
    retention.apply(now)
    assert store.get(run.id).expires is None
    retention.apply(now + 90 * DAY)
    assert store.get(run.id).expires == now + 90 * DAY + AGE_NOTICE
    retention.apply(now + 96 * DAY)
    assert left(store, run, going, here) == [True, True, True]
    retention.apply(now + 98 * DAY)
    assert left(store, run, going, here) == [False, True, True]


def test_for_space_the_oldest_ended_runs_of_a_workspace_go(store, ticking):
    old = run_of(store, megabytes=2)
    new, going, other = (
        run_of(store, megabytes=2),
        run_of(store, megabytes=2, ended=False),
        run_of(store, "bob"),
    )
    retention = Retention(store, WorkspaceLimits(run_mb=5))
    now = ticking.time()
    retention.apply(now)
    assert [store.get(run.id).expires for run in (old, new, going)] == [now + SPACE_NOTICE, None, None]
    retention.apply(now + SPACE_NOTICE + 1)
    assert left(store, old, new, going, other) == [False, True, True, True]


def test_what_was_announced_stays_when_there_is_room_again(store, ticking):
    old = run_of(store, megabytes=3)
    new = run_of(store, megabytes=3)
    retention = Retention(store, WorkspaceLimits(run_mb=5))
    now = ticking.time()
    retention.apply(now)
    store.delete(new.id, "ann")
    retention.apply(now + 2 * SPACE_NOTICE)
    assert store.get(old.id).expires is None


def test_an_upload_is_kept_while_a_run_uses_it(store, home: Path):
    used, unused = keep_upload(b"used", home, "ann"), keep_upload(b"unused", home, "ann")
    run = run_of(store, data={"name": "upload", "path": str(used), "title": "mine.npz"})
    retention = Retention(store, WorkspaceLimits(days=10))
    now = time.time()
    retention.apply(now + 5 * DAY)
    expiries = {upload.path: upload.expires for upload in uploads(home, "ann")}
    assert expiries[used] is None
    assert expiries[unused] == pytest.approx(now + 12 * DAY, abs=60)
    assert store.get(run.id) is not None
    retention.apply(now + 13 * DAY)
    assert [upload.path for upload in uploads(home, "ann")] == [used]


def test_without_limits_nothing_is_announced(store, home: Path):
    run = run_of(store)
    store.set_expiry(run.id, 5.0)
    keep_upload(b"x", home, "ann")
    Retention(store, WorkspaceLimits()).apply(time.time() + 1000 * DAY)
    assert store.get(run.id).expires is None
    assert [upload.expires for upload in uploads(home, "ann")] == [None]

"""The dispatcher's judgement, with processes and clock played."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from blockwright.backend.workers import dispatcher as dispatch
from blockwright.backend.workers.dispatcher import Dispatcher
from blockwright.backend.workers.limits import Capacity, Limits
from blockwright.runs.database import database
from blockwright.runs.files.home import run_folder
from blockwright.runs.process_start import process_start, this_process
from blockwright.runs.records import Run, StoreUnavailable
from blockwright.runs.store import RunStore
from blockwright.runs.workspaces.workspace_limits import WorkspaceLimits

LIMITS = Limits(heartbeat_grace=30, progress_grace=300, stop_grace=20, start_grace=60)


class FakeProcesses:
    """Forks nothing; `codes` are the exit statuses of its processes, by number."""

    def __init__(self):
        self.started: list[str] = []
        self.codes: dict[int, int] = {}
        self.killed: list[int] = []

    def start(self, target: object, args: tuple[Any, ...], daemon: bool) -> SimpleNamespace:
        self.started.append(args[0])
        return SimpleNamespace(pid=2**22 + len(self.started), number=len(self.started))

    def exit_code(self, process: SimpleNamespace) -> int | None:
        return self.codes.get(process.number)

    def kill(self, process: SimpleNamespace) -> None:
        self.killed.append(process.number)
        self.codes[process.number] = -9

    def release(self, process: SimpleNamespace) -> None:
        """Nothing is held."""


class Clock:
    """A monotonic clock that only moves when told."""

    def __init__(self):
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def store(home):
    store = RunStore()
    yield store
    store.close()


@pytest.fixture
def processes() -> FakeProcesses:
    return FakeProcesses()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(dispatch, "time", clock)
    return clock


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The processes that the dispatcher ended."""
    pids: list[int] = []
    monkeypatch.setattr(dispatch, "kill_process_group", lambda pid, _started: pids.append(pid) or True)
    return pids


@pytest.fixture
def dispatcher(store: RunStore, processes: FakeProcesses, clock: Clock, ended: list[int]) -> Dispatcher:
    return Dispatcher(store, processes, LIMITS, Capacity(concurrent=1, resident=2), "module:function")


def taken(store: RunStore, worker: str = "backend") -> Run:
    """A running run of a living process: this one."""
    run = store.create_run("ann", "x", {}, {})
    store.claim(run.id, *this_process(), worker)
    store.transition(run.id, "starting", "running")
    return store.get(run.id)


def state(store: RunStore, run: Run) -> tuple[str, str | None]:
    now = store.get(run.id)
    return now.status, now.message


def test_silence_counts_from_when_it_was_first_seen(dispatcher, store, clock, ended):
    run = taken(store)
    dispatcher.tick()
    clock.now += 29
    dispatcher.tick()
    assert ended == []
    clock.now += 2
    dispatcher.tick()
    assert ended == [run.pid]
    assert state(store, run)[0] == "interrupted"


def test_a_heartbeat_ends_the_silence(dispatcher, store, clock, ended):
    run = taken(store)
    dispatcher.tick()
    for _ in range(5):
        clock.now += 29
        store.heartbeat(run.id)
        dispatcher.tick()
    assert (ended, state(store, run)[0]) == ([], "running")


@pytest.mark.parametrize("seconds", [-86_400, 86_400])
def test_a_clock_that_is_set_ends_no_run(dispatcher, store, clock, ended, monkeypatch, seconds):
    run = taken(store)
    created, moved = psutil.Process.create_time, time.time() + seconds
    # Linux computes the time of the boot again, and with it that of every process.
    monkeypatch.setattr(psutil.Process, "create_time", lambda process: created(process) + seconds)
    monkeypatch.setattr(time, "time", lambda: moved)
    for _ in range(3):
        clock.now += 1
        store.heartbeat(run.id)
        dispatcher.tick()
    assert (ended, state(store, run)[0]) == ([], "running")


def test_a_loop_that_makes_no_step_is_ended(dispatcher, store, clock, ended):
    run = taken(store)
    for _ in range(16):
        dispatcher.tick()
        clock.now += 20
        store.heartbeat(run.id)
    dispatcher.tick()
    assert ended == [run.pid]
    assert state(store, run)[0] == "failed"
    assert state(store, run)[1].startswith("Training completed no step for 5 minutes and was stopped.")


def test_a_paused_run_need_not_make_steps(dispatcher, store, clock, ended):
    run = taken(store)
    store.transition(run.id, "running", "paused")
    for _ in range(40):
        dispatcher.tick()
        clock.now += 20
        store.heartbeat(run.id)
    assert (ended, state(store, run)[0]) == ([], "paused")


def test_pause_that_is_not_honoured_ends_nothing(dispatcher, store, clock, ended):
    run = taken(store)
    store.request(run.id, "ann", "pause")
    for _ in range(10):
        dispatcher.tick()
        clock.now += 20
        store.heartbeat(run.id, progress=True)
    assert (ended, state(store, run)[0]) == ([], "running")


def test_stop_has_its_grace(dispatcher, store, clock, ended):
    run = taken(store)
    store.request(run.id, "ann", "stop")
    dispatcher.tick()
    clock.now += 19
    dispatcher.tick()
    assert ended == []
    clock.now += 2
    dispatcher.tick()
    assert (ended, state(store, run)[0]) == ([run.pid], "stopped")


def test_run_in_a_notebook_is_never_killed(dispatcher, store, clock, ended):
    run = taken(store, worker="here")
    store.request(run.id, "ann", "stop")
    dispatcher.tick()
    clock.now += 1000
    dispatcher.tick()
    assert (ended, state(store, run)[0]) == ([], "running")


def test_silent_run_of_another_machine_ends_in_the_store_only(dispatcher, store, clock, ended, monkeypatch):
    run = taken(store)
    monkeypatch.setattr(dispatcher, "_host", "another")
    dispatcher.tick()
    assert state(store, run)[0] == "running"
    clock.now += 31
    dispatcher.tick()
    assert (ended, state(store, run)[0]) == ([], "interrupted")


def test_a_worker_that_never_takes_its_run_is_tried_again_and_then_given_up(
    dispatcher, store, clock, processes
):
    run = store.create_run("ann", "x", {}, {})
    for _ in range(3):
        dispatcher.tick()
        clock.now += 61
        dispatcher.tick()
    assert processes.started == [run.id] * 3
    dispatcher.tick()
    assert processes.killed == [1, 2, 3]
    assert state(store, run) == (
        "failed",
        "The training process could not be started. See the details in logs/backend.log.",
    )


def test_a_worker_that_lost_the_race_for_its_run_changes_nothing(dispatcher, store, processes):
    run = store.create_run("ann", "x", {}, {})
    dispatcher.tick()
    store.claim(run.id, *this_process())
    processes.codes[1] = 0
    dispatcher.tick()
    assert state(store, run)[0] == "starting"


def test_paused_runs_leave_their_place_to_others_while_memory_lasts(dispatcher, store, processes):
    first = taken(store)
    waiting = [store.create_run("ann", "x", {}, {}) for _ in range(2)]
    dispatcher.tick()
    assert processes.started == []
    store.transition(first.id, "running", "paused")
    dispatcher.tick()
    assert processes.started == [waiting[0].id]
    store.claim(waiting[0].id, *this_process())
    store.transition(waiting[0].id, "starting", "running")
    store.transition(waiting[0].id, "running", "paused")
    dispatcher.tick()
    assert processes.started == [waiting[0].id], "two paused runs fill the memory"


def test_idle_means_that_nothing_waits_or_runs(dispatcher, store):
    dispatcher.tick()
    assert dispatcher.idle
    run = taken(store)
    dispatcher.tick()
    assert not dispatcher.idle
    store.end(run.id, "finished")
    dispatcher.tick()
    assert dispatcher.idle


@pytest.mark.parametrize(
    ("code", "status", "begin"),
    [
        (-9, "interrupted", "The training process was killed (SIGKILL). This happens when memory runs out."),
        (-11, "interrupted", "The training process was killed (SIGSEGV). What was saved"),
        (3, "failed", "The training process exited (status 3)."),
    ],
)
def test_death_is_told(dispatcher, store, processes, code: int, status: str, begin: str):
    run = store.create_run("ann", "x", {}, {})
    dispatcher.tick()
    store.claim(run.id, 2**22 + 1, 1.0)
    processes.codes[1] = code
    dispatcher.tick()
    assert state(store, run)[0] == status
    assert state(store, run)[1].startswith(begin)


@pytest.fixture
def outside(store: RunStore, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sqlite3.Connection]:
    """A connection of another program to the store, whose locks nobody waits for."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    store.queued()
    connection = sqlite3.connect(home / "blockwright.db", isolation_level=None)
    yield connection
    connection.close()


def test_while_the_store_cannot_be_written_silence_does_not_count(dispatcher, store, clock, ended, outside):
    run = taken(store)
    dispatcher.tick()
    outside.execute("BEGIN IMMEDIATE")
    for _ in range(4):
        clock.now += 10
        with pytest.raises(StoreUnavailable, match="is locked"):
            dispatcher.tick()
    outside.execute("ROLLBACK")
    dispatcher.tick()
    assert (ended, state(store, run)[0]) == ([], "running")
    clock.now += 29
    dispatcher.tick()
    assert ended == []
    clock.now += 2
    dispatcher.tick()
    assert ended == [run.pid]


def test_a_stop_that_could_not_be_written_as_honoured_does_not_kill(dispatcher, store, clock, ended, outside):
    run = taken(store)
    store.request(run.id, "ann", "stop")
    dispatcher.tick()
    outside.execute("BEGIN IMMEDIATE")
    clock.now += 25
    with pytest.raises(StoreUnavailable):
        dispatcher.tick()
    outside.execute("ROLLBACK")
    dispatcher.tick()
    assert ended == []


HOLD = """
import os, signal, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
os.kill(os.getpid(), signal.SIGSTOP)
"""


def test_a_worker_suspended_in_the_middle_of_a_write_is_ended(store, processes, clock, outside, home):
    dispatcher = Dispatcher(store, processes, LIMITS, Capacity(concurrent=1, resident=2), "module:function")
    run = store.create_run("ann", "x", {}, {})
    command = [sys.executable, "-c", HOLD, str(home / "blockwright.db")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as worker:
        store.claim(run.id, worker.pid, process_start(worker.pid))
        dispatcher.tick()
        assert worker.stdout.readline() == "locked\n"
        clock.now += 29
        with pytest.raises(StoreUnavailable, match="is locked"):
            dispatcher.tick()
        assert state(store, run)[0] == "starting"
        clock.now += 2
        with pytest.raises(StoreUnavailable, match="is locked"):
            dispatcher.tick()
        assert worker.wait(10) == -signal.SIGKILL
    assert state(store, run)[0] == "interrupted"
    assert state(store, run)[1].startswith("The training process sent no heartbeat for 30 seconds")


def test_suspended_workers_are_ended_together_also_when_they_were_never_seen_at_work(
    store, processes, clock, outside, home
):
    dispatcher = Dispatcher(store, processes, LIMITS, Capacity(concurrent=2, resident=2), "module:function")
    runs = [store.create_run("ann", "x", {}, {}) for _ in range(2)]
    dispatcher.tick()
    stop = [sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)"]
    # It locks the store only once both runs are claimed.
    hold = [sys.executable, "-c", f"input()\n{HOLD}", str(home / "blockwright.db")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    first = subprocess.Popen(stop, start_new_session=True)
    second = subprocess.Popen(hold, **pipes, start_new_session=True)
    try:
        for run, worker in zip(runs, (first, second), strict=True):
            store.claim(run.id, worker.pid, process_start(worker.pid))
        second.stdin.write("\n")
        second.stdin.flush()
        assert second.stdout.readline() == "locked\n"
        for seconds in (2, 31):
            clock.now += seconds
            with pytest.raises(StoreUnavailable, match="is locked"):
                dispatcher.tick()
        assert [worker.wait(10) for worker in (first, second)] == [-signal.SIGKILL] * 2
    finally:
        for worker in (first, second):
            worker.kill()
            worker.communicate()
    assert [state(store, run)[0] for run in runs] == ["interrupted"] * 2


def test_a_start_does_not_fail_while_the_store_cannot_be_written(dispatcher, store, processes, outside):
    run = store.create_run("ann", "x", {}, {})
    outside.execute("BEGIN IMMEDIATE")
    for _ in range(5):
        with pytest.raises(StoreUnavailable):
            dispatcher.tick()
    assert processes.started == []
    outside.execute("ROLLBACK")
    dispatcher.tick()
    assert processes.started == [run.id]


def test_on_a_full_disk_no_run_starts_until_there_is_room(dispatcher, store, processes, monkeypatch):
    run = store.create_run("ann", "x", {}, {})
    with monkeypatch.context() as patch:
        patch.setattr(dispatch, "folder_problem", lambda folder: f"The disk of {folder} is full.")
        with pytest.raises(StoreUnavailable, match=r"No run can be started. The disk of .* is full."):
            dispatcher.tick()
    assert (processes.started, dispatcher.queued) == ([], 1)
    dispatcher.tick()
    assert processes.started == [run.id]


def test_what_a_killed_worker_left_in_its_folder_is_recovered(dispatcher, store, clock, ended):
    run = taken(store)
    folder = run_folder(run.id)
    values = {"loss": 1.0, "val_loss": 2.0, "seconds": 1.0, "examples_per_second": 1.0}
    rows = [{"epoch": number, "accuracy": 0.5, "val_accuracy": 0.25, **values} for number in (1, 2, 3)]
    (folder / "history.json").write_text(json.dumps({"epochs": rows}), encoding="utf-8")
    (folder / f".partial-{run.pid}-weights.weights.h5").touch()
    dispatcher.tick()
    clock.now += 31
    dispatcher.tick()
    assert ended == [run.pid]
    events = store.events(run.id)
    assert [event.data["epoch"] for event in events if event.kind == "epoch"] == [1, 2, 3]
    assert events[-1].kind == "ended"
    assert [path.name for path in folder.iterdir()] == ["history.json"]


def test_workspaces_take_turns(store, processes, clock, ended):
    dispatcher = Dispatcher(store, processes, LIMITS, Capacity(2, 2), "module:function")
    runs = [store.create_run("ann", "x", {}, {}) for _ in range(5)]
    other = store.create_run("bob", "x", {}, {})
    dispatcher.tick()
    assert processes.started == [runs[0].id, other.id]


def test_a_workspace_with_a_limit_leaves_capacity_to_others(store, processes, clock, ended):
    limits = WorkspaceLimits(runs=1)
    dispatcher = Dispatcher(
        store, processes, LIMITS, Capacity(4, 4), "module:function", workspace_limits=limits
    )
    first, second = (store.create_run("ann", "x", {}, {}) for _ in range(2))
    dispatcher.tick()
    other = store.create_run("bob", "x", {}, {})
    dispatcher.tick()
    assert processes.started == [first.id, other.id]
    store.claim(first.id, *this_process())
    store.transition(first.id, "starting", "paused")
    dispatcher.tick()
    assert processes.started == [first.id, other.id], "a paused run counts"
    store.end(first.id, "finished")
    processes.codes[1] = 0
    dispatcher.tick()
    assert processes.started[2:] == [second.id]


def test_runs_stop_when_the_minutes_of_their_workspace_are_used_up(
    store, processes, clock, ended, monkeypatch
):
    limits = WorkspaceLimits(minutes=10)
    dispatcher = Dispatcher(
        store, processes, LIMITS, Capacity(4, 4), "module:function", workspace_limits=limits
    )
    noon = datetime(2026, 3, 4, 12).timestamp()
    monkeypatch.setattr(time, "time", lambda: noon)
    run = taken(store)
    waiting = store.create_run("ann", "x", {}, {})
    monkeypatch.setattr(time, "time", lambda: noon + 601)
    other = store.create_run("bob", "x", {}, {})
    dispatcher.tick()
    assert [command.kind for command in store.pending_commands(run.id)] == ["stop"]
    assert store.get(run.id).message == "This workspace has used its 10 minutes of training for today."
    assert processes.started == [other.id]
    assert store.get(waiting.id).status == "queued"

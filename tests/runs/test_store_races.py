"""The store between threads, processes and forks."""

import json
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from blockwright.runs import Run, RunStore, StoreError, database

CLAIM_ALL = """
import json, sys
from blockwright.runs import RunStore
store = RunStore()
print("ready", flush=True)
sys.stdin.readline()
ids = json.loads(sys.argv[1])
won = [run_id for run_id in ids if store.claim(run_id)]
ended = [run_id for run_id in ids if store.end(run_id, "finished")]
print(json.dumps([won, ended]))
"""

FORK = """
import os
from blockwright.runs import RunStore
store = RunStore()
store.create_run("ann", "parent", {}, {})
child = os.fork()
if child == 0:
    for n in range(20):
        store.create_run("ann", f"child {n}", {}, {})
    os._exit(0)
for n in range(20):
    store.create_run("ann", f"parent {n}", {}, {})
_, status = os.waitpid(child, 0)
print(status, len(store.runs("ann")))
"""


def python(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def test_processes_that_claim_and_end_the_same_runs_share_them_out(store: RunStore):
    ids = [store.create_run("ann", "x", {}, {}).id for _ in range(40)]
    processes = [python(CLAIM_ALL, json.dumps(ids)) for _ in range(3)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    answers = []
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        output, _ = process.communicate(timeout=60)
        answers.append(json.loads(output))
    for part in (0, 1):
        assert sorted(run_id for answer in answers for run_id in answer[part]) == sorted(ids)
    for run_id in ids:
        assert [event.kind for event in store.events(run_id)] == ["state", "ended"]


def test_threads_that_end_the_same_run_leave_one_ending(store: RunStore, running: Run):
    gate = threading.Barrier(8)

    def end(status: str) -> bool:
        gate.wait()
        return store.end(running.id, status)

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(end, ["finished", "stopped", "failed", "interrupted"] * 2))
    assert won.count(True) == 1
    assert [event.kind for event in store.events(running.id)].count("ended") == 1


def test_stop_and_claim_of_a_waiting_run_agree(store: RunStore):
    for _ in range(20):
        run = store.create_run("ann", "x", {}, {})
        with ThreadPoolExecutor(2) as pool:
            claimed = pool.submit(store.claim, run.id)
            stopped = pool.submit(store.request, run.id, "ann", "stop")
        assert stopped.result()
        if claimed.result():
            assert [command.kind for command in store.pending_commands(run.id)] == ["stop"]
        else:
            assert store.get(run.id).status == "stopped"


def test_writers_wait_for_each_other(store: RunStore, running: Run):
    def write(number: int) -> None:
        for _ in range(25):
            store.add_event(running.id, "log", {"message": str(number), "level": "info"})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    assert len(store.events(running.id)) == 2 + 8 * 25


def test_store_opened_before_a_fork_works_on_both_sides():
    process = python(FORK)
    output, _ = process.communicate(timeout=60)
    assert output.split() == ["0", "41"]


def test_store_opened_by_many_threads_at_once_is_made_once():
    store = RunStore()
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(store.runs, ["ann"] * 8)) == [[]] * 8
    store.close()


def test_locked_store_is_a_sentence(
    store: RunStore, run: Run, home_folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    other = sqlite3.connect(home_folder / "blockwright.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    impatient = RunStore()
    with pytest.raises(StoreError, match=r"is locked by another program .* try again"):
        impatient.rename(run.id, "ann", "Second")
    assert store.get(run.id).name == "First"
    other.close()
    assert impatient.rename(run.id, "ann", "Second")
    impatient.close()

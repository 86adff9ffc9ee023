import dataclasses
import json
import os
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from blockwright.runs.database import database
from blockwright.runs.files.home import run_folder
from blockwright.runs.history import fold
from blockwright.runs.process_start import this_process
from blockwright.runs.records import COMMAND_LINE, Command, LimitReached, Run, StoreError, design_digest
from blockwright.runs.store import RunStore


def kinds(store: RunStore, run_id: str) -> list[str]:
    return [event.kind for event in store.events(run_id)]


def test_new_run_waits_with_its_folder(store: RunStore, run: Run):
    assert store.get(run.id) == run
    assert dataclasses.asdict(run) | {"id": "", "created": 0} == {
        "id": "",
        "owner": "ann",
        "name": "First",
        "status": "queued",
        "design": {"format": 1},
        "settings": {"data_version": 3, "epochs": 3},
        "created": 0,
        "started": None,
        "ended": None,
        "heartbeat": None,
        "progressed": None,
        "pid": None,
        "process_start": None,
        "host": None,
        "worker": None,
        "message": None,
        "expires": None,
        "design_name": "",
        "design_digest": design_digest({"format": 1}),
    }
    assert run_folder(run.id).is_dir()


def test_ids_are_unlike_each_other(store: RunStore):
    ids = {store.create_run("ann", "x", {}, {}).id for _ in range(20)}
    assert len(ids) == 20
    assert all(len(run_id) == 32 for run_id in ids)


def test_run_made_here_is_taken_at_once(store: RunStore):
    run = store.create_run(COMMAND_LINE, "x", {}, {}, here=True)
    assert (run.status, run.pid, run.worker) == ("starting", os.getpid(), "here")
    assert (run.pid, run.process_start) == this_process()
    assert store.queued() == []


@pytest.mark.parametrize("name", ["", "   ", "\n\t"])
def test_run_without_a_name_is_refused(store: RunStore, name: str):
    with pytest.raises(ValueError, match="A run needs a name"):
        store.create_run("ann", name, {}, {})
    assert store.runs("ann") == []


def test_names_are_put_on_one_line_and_cut(store: RunStore):
    assert store.create_run("ann", " <b>two\nlines</b> ", {}, {}).name == "<b>two lines</b>"
    assert len(store.create_run("ann", "x" * 500, {}, {}).name) == 120


@pytest.mark.parametrize("owner", ["", "a b", "../x", "x" * 65, None])
def test_bad_workspace_ids_are_refused(store: RunStore, owner: object):
    with pytest.raises(ValueError, match="A workspace id is"):
        store.create_run(owner, "x", {}, {})


def test_design_of_megabytes_is_refused(store: RunStore):
    with pytest.raises(ValueError, match="The design is too large to save"):
        store.create_run("ann", "x", {"text": "x" * 2_000_001}, {})


def test_claim_happens_once(store: RunStore, run: Run):
    assert store.claim(run.id, 11, 1.0)
    assert store.claim(run.id, 11, 1.0), "the process that has it may ask again"
    assert not store.claim(run.id, 12, 1.0)
    assert store.get(run.id).pid == 11
    assert kinds(store, run.id) == ["state"]


def test_a_run_moves_only_from_the_named_states(store: RunStore, run: Run):
    assert not store.transition(run.id, "starting", "running")
    store.claim(run.id)
    assert store.transition(run.id, "starting", "running")
    assert not store.transition(run.id, "starting", "running")
    assert store.transition(run.id, ["running", "paused"], "paused", "Paused.")
    assert fold(store.events(run.id)).status == "paused"


@pytest.mark.parametrize(
    ("states", "to"), [("queued", "running"), ("running", "finished"), ("finished", "running")]
)
def test_moves_that_are_none_are_refused(store: RunStore, run: Run, states: str, to: str):
    with pytest.raises(ValueError, match="A run moves between"):
        store.transition(run.id, states, to)


def test_a_run_ends_once(store: RunStore, running: Run):
    assert store.end(running.id, "finished", "Done.")
    assert not store.end(running.id, "failed", "Late.")
    assert not store.transition(running.id, "running", "paused")
    ended = store.get(running.id)
    assert (ended.status, ended.message, ended.over, ended.active) == ("finished", "Done.", True, False)
    assert kinds(store, running.id) == ["state", "state", "ended"]
    assert store.events(running.id)[-1].data == {"status": "finished", "message": "Done."}


def test_ending_can_be_bound_to_a_state(store: RunStore, running: Run):
    assert not store.end(running.id, "failed", from_states=["queued"])
    assert store.get(running.id).status == "running"


def test_heartbeat_says_whether_there_is_anything_left_to_do(store: RunStore, running: Run):
    assert store.heartbeat(running.id)
    first = store.get(running.id)
    assert store.heartbeat(running.id, progress=True)
    second = store.get(running.id)
    assert first.progressed == running.progressed
    assert second.progressed == second.heartbeat >= first.heartbeat > running.heartbeat
    store.end(running.id, "stopped")
    assert not store.heartbeat(running.id)
    assert not store.heartbeat("0" * 32)


def test_requests_are_kept_until_honoured(store: RunStore, running: Run):
    assert store.request(running.id, "ann", "pause")
    assert store.request(running.id, "ann", "pause")
    assert store.request(running.id, "ann", "stop")
    first, second = store.pending_commands(running.id)
    assert (first.kind, second.kind) == ("pause", "stop")
    assert isinstance(first, Command)
    assert store.honour(first.id)
    assert not store.honour(first.id)
    assert store.pending_commands(running.id) == [second]
    store.end(running.id, "stopped")
    assert store.pending_commands(running.id) == []
    assert not store.request(running.id, "ann", "stop")


def test_stopping_a_waiting_run_ends_it_at_once(store: RunStore, run: Run):
    assert not store.request(run.id, "ann", "pause")
    assert store.request(run.id, "ann", "stop")
    assert store.get(run.id).status == "stopped"
    assert not store.claim(run.id)
    assert kinds(store, run.id) == ["ended"]


def test_a_run_that_was_asked_to_stop_stays_so_after_the_request_was_honoured(store: RunStore, running: Run):
    store.request(running.id, running.owner, "pause")
    assert not store.stop_requested(running.id)
    store.request(running.id, running.owner, "stop")
    for command in store.pending_commands(running.id):
        store.honour(command.id)
    assert store.stop_requested(running.id)


def test_unknown_request_is_refused(store: RunStore, running: Run):
    with pytest.raises(ValueError, match="A run can be asked to stop, pause, resume"):
        store.request(running.id, "ann", "explode")


def test_line_is_served_in_order(store: RunStore):
    runs = [store.create_run("ann", f"{n}", {}, {}) for n in range(3)]
    assert [run.id for run in store.queued()] == [run.id for run in runs]
    assert [store.queue_position(run.id) for run in runs] == [1, 2, 3]
    store.claim(runs[0].id)
    assert [store.queue_position(run.id) for run in runs] == [0, 1, 2]
    assert [run.id for run in store.active()] == [runs[0].id]


def test_another_workspace_sees_and_changes_nothing(store: RunStore, running: Run):
    assert store.get(running.id, owner="bob") is None
    assert store.runs("bob") == []
    assert store.events(running.id, owner="bob") == []
    assert not store.rename(running.id, "bob", "Mine")
    assert not store.request(running.id, "bob", "stop")
    assert not store.adopt(running.id, "bob")
    store.end(running.id, "finished")
    assert not store.delete(running.id, "bob")
    assert store.get(running.id, owner="ann").name == "First"
    assert len(store.events(running.id, owner="ann")) == 3


def test_run_of_the_command_line_is_taken_over_once(store: RunStore):
    run = store.create_run(COMMAND_LINE, "x", {}, {}, here=True)
    assert store.adopt(run.id, "ann")
    assert not store.adopt(run.id, "bob")
    assert store.get(run.id, owner="ann") is not None
    assert len(store.events(run.id, owner="ann")) == 1


def test_rename(store: RunStore, run: Run):
    assert store.rename(run.id, "ann", " Second ")
    assert store.get(run.id).name == "Second"
    with pytest.raises(ValueError, match="A run needs a name"):
        store.rename(run.id, "ann", " ")


def test_delete_removes_rows_and_folder_of_an_ended_run(store: RunStore, running: Run):
    (run_folder(running.id) / "weights.weights.h5").write_bytes(b"x")
    assert not store.delete(running.id, "ann"), "a process has it"
    store.end(running.id, "finished")
    assert store.delete(running.id, "ann")
    assert store.get(running.id) is None
    assert store.events(running.id) == []
    assert not run_folder(running.id).exists()
    assert not store.delete(running.id, "ann")


def test_delete_follows_no_link_out_of_the_home(store: RunStore, run: Run, tmp_path: Path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").touch()
    (run_folder(run.id) / "link").symlink_to(outside)
    assert store.delete(run.id, "ann")
    assert (outside / "kept").exists()


def test_damaged_store_is_a_sentence(home_folder: Path):
    home_folder.mkdir()
    (home_folder / "blockwright.db").write_bytes(b"nothing that SQLite would write " * 100)
    store = RunStore()
    with pytest.raises(StoreError, match=r"is damaged .* Restore it from a copy, or move the file away"):
        store.runs("ann")
    store.close()


@pytest.mark.parametrize("url", ["nonsense", "sqlite:////nowhere/at/all/x.db", "mysql+nodriver://x/y"])
def test_unreachable_store_is_a_sentence(url: str):
    with pytest.raises(StoreError, match="cannot be used"):
        RunStore(url).runs("ann")


def test_password_stays_out_of_sentences():
    with pytest.raises(StoreError) as caught:
        RunStore("mysql+nodriver://me:secret@x/y").runs("ann")
    assert "secret" not in str(caught.value)


CLAIM_ALL = """
import json, sys
from blockwright.runs.store import RunStore
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
from blockwright.runs.store import RunStore
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
            store.add_events(running.id, [("log", {"message": str(number), "level": "info"})])

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


def test_a_full_queue_of_a_workspace_takes_no_further_run(store: RunStore):
    for _ in range(2):
        store.create_run("ann", "x", {}, {}, most_queued=2)
    folders = set(run_folder("0" * 32).parent.iterdir())
    with pytest.raises(LimitReached, match="2 of your runs are queued already"):
        store.create_run("ann", "x", {}, {}, most_queued=2)
    assert set(run_folder("0" * 32).parent.iterdir()) == folders
    store.create_run("bob", "x", {}, {}, most_queued=2)
    store.claim(store.queued()[0].id)
    store.create_run("ann", "x", {}, {}, most_queued=2)


def test_the_reason_of_a_stop_begins_the_last_message(store: RunStore, running: Run):
    store.request(running.id, "ann", "stop", "The day is over.")
    store.transition(running.id, "running", "paused")
    store.transition(running.id, "paused", "running")
    assert store.get(running.id).message == "The day is over."
    store.end(running.id, "stopped", "Stopped by request.")
    assert store.get(running.id).message == "The day is over. Stopped by request."
    assert store.events(running.id)[-1].data["message"] == "The day is over. Stopped by request."


def test_an_ended_run_is_queued_again_by_exactly_one(store: RunStore, running: Run):
    assert not store.requeue(running.id, "ann")
    store.request(running.id, "ann", "stop")
    store.end(running.id, "stopped", "Stopped.")
    assert not store.requeue(running.id, "bob")
    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(lambda _: store.requeue(running.id, "ann", epochs=7), range(4)))
    assert sorted(won) == [False, False, False, True]
    run = store.get(running.id)
    assert (run.status, run.message, run.started, run.ended, run.pid) == ("queued", None, None, None, None)
    assert run.settings["epochs"] == 7
    assert not store.stop_requested(running.id)
    assert [entry.id for entry in store.queued()] == [running.id]
    assert store.claim(running.id)


def test_a_run_that_is_queued_again_counts_in_the_queue_and_its_time_stays_counted(
    store: RunStore, running: Run, ticking
):
    store.end(running.id, "interrupted")
    before = store.seconds_trained("ann", 0.0, 2e9)
    assert before > 0
    waiting = store.create_run("ann", "Second", {}, {})
    with pytest.raises(LimitReached):
        store.requeue(running.id, "ann", most_queued=1)
    assert store.get(running.id).status == "interrupted"
    store.delete(waiting.id, "ann")
    assert store.requeue(running.id, "ann", most_queued=1)
    assert store.seconds_trained("ann", 0.0, 2e9) == before == store.seconds_before(running.id)
    store.delete(running.id, "ann")
    assert store.seconds_trained("ann", 0.0, 2e9) == 0


def test_a_run_is_queued_again_and_claimed_for_this_process_at_once(store: RunStore, running: Run):
    store.end(running.id, "failed", "No room.")
    assert store.requeue(running.id, "ann", here=True)
    assert store.get(running.id).pid == os.getpid()
    assert store.queued() == []

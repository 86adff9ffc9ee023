"""Runs from the queue to their end, by the real program with a worker that needs no TensorFlow."""

import os
import signal
from typing import Any

import psutil
import pytest

from blockwright.backend.client import Client
from blockwright.backend.workers.worker import NICENESS
from blockwright.runs.files.home import run_folder
from blockwright.runs.records import Run
from blockwright.runs.store import RunStore
from tests.backend.polling import eventually

LONG = 100_000


@pytest.fixture
def queue(store: RunStore, client: Client):
    """Queues a run and wakes the dispatcher; whatever still goes on after the test is stopped."""
    made: list[str] = []

    def add(**settings: Any) -> Run:
        run = store.create_run("ann", "x", {}, settings)
        made.append(run.id)
        client.wake()
        return run

    yield add
    for run_id in reversed(made):
        store.request(run_id, "ann", "stop")
    for run_id in made:
        ended(store, run_id)


def running(store: RunStore, run: Run) -> Run:
    return eventually(lambda: (now := store.get(run.id)).status == "running" and now)


def ended(store: RunStore, run_id: str) -> Run:
    return eventually(lambda: (now := store.get(run_id)).over and now)


def endings(store: RunStore, run: Run) -> list[dict[str, Any]]:
    return [event.data for event in store.events(run.id) if event.kind == "ended"]


def test_a_run_goes_from_the_queue_to_its_end(store: RunStore, queue):
    run = ended(store, queue(steps=3).id)
    assert (run.status, run.message, run.worker) == ("finished", "Done.", "backend")
    assert endings(store, run) == [{"status": "finished", "message": "Done."}]
    assert eventually(lambda: not psutil.pid_exists(run.pid))


def test_worker_leads_its_own_group_and_yields_to_pages(store: RunStore, queue):
    run = running(store, queue(steps=LONG))
    assert os.getpgid(run.pid) == os.getsid(run.pid) == run.pid
    assert psutil.Process(run.pid).nice() == psutil.Process().nice() + NICENESS


def test_stop_is_honoured(store: RunStore, queue, client: Client):
    run = running(store, queue(steps=LONG))
    assert store.request(run.id, "ann", "stop")
    assert ended(store, run.id).message == "Stopped."


def test_stop_that_is_not_honoured_becomes_a_kill(store: RunStore, queue):
    run = running(store, queue(steps=LONG, deaf=True))
    store.request(run.id, "ann", "stop")
    run = ended(store, run.id)
    assert run.status == "stopped"
    assert run.message.startswith("Killed, because the run did not stop within 1 seconds. What was saved")
    assert eventually(lambda: not psutil.pid_exists(run.pid))


def test_error_in_the_worker_is_a_sentence_with_its_log(store: RunStore, queue):
    run = ended(store, queue(**{"raise": "No such data set."}).id)
    assert (run.status, run.message) == (
        "failed",
        "The training process exited (status 1). See the details in worker.log. "
        "What was saved after its last finished epoch is still there.",
    )
    assert "RuntimeError: No such data set." in (run_folder(run.id) / "worker.log").read_text()


def test_worker_that_says_nothing_about_its_end(store: RunStore, queue):
    run = ended(store, queue(silent_end=True).id)
    assert (run.status, run.message) == (
        "failed",
        "The training process exited (status 0). See the details in worker.log. "
        "What was saved after its last finished epoch is still there.",
    )


def test_worker_that_leaves_by_itself(store: RunStore, queue):
    run = ended(store, queue(exit=7).id)
    assert run.status == "failed"
    assert run.message.startswith("The training process exited (status 7).")


def test_killed_worker_is_noticed(store: RunStore, queue):
    run = running(store, queue(steps=LONG))
    os.kill(run.pid, signal.SIGKILL)
    run = ended(store, run.id)
    assert run.status == "interrupted"
    assert run.message.startswith(
        "The training process was killed (SIGKILL). This happens when memory runs out."
    )
    assert len(endings(store, run)) == 1
    assert ended(store, queue(steps=1).id).status == "finished"


@pytest.mark.slow
def test_hanging_worker_is_ended_and_the_next_run_takes_its_place(store: RunStore, queue):
    hanging = [running(store, queue(steps=LONG)) for _ in range(2)]
    waiting = queue(steps=1)
    for run in hanging:
        os.kill(run.pid, signal.SIGSTOP)
    for run in hanging:
        run = ended(store, run.id)
        assert run.status == "interrupted"
        assert run.message.startswith("The training process sent no heartbeat for 4 seconds and was killed.")
        assert eventually(lambda pid=run.pid: not psutil.pid_exists(pid))
    assert ended(store, waiting.id).status == "finished"


def test_no_more_runs_at_once_than_the_machine_carries(store: RunStore, queue, client: Client):
    first, second, third, fourth = (queue(steps=LONG) for _ in range(4))
    running(store, first)
    running(store, second)
    status = eventually(lambda: (now := client.status())["queued"] == 2 and now)
    assert (status["capacity"], status["running"]) == (2, 2)
    assert [store.queue_position(run.id) for run in (first, second, third, fourth)] == [0, 0, 1, 2]
    store.request(first.id, "ann", "stop")
    running(store, third)
    assert store.get(fourth.id).status == "queued"


def test_stopped_in_the_queue_means_never_started(store: RunStore, queue):
    busy = [running(store, queue(steps=LONG)) for _ in range(2)]
    waiting = queue(steps=1)
    store.request(waiting.id, "ann", "stop")
    assert store.get(waiting.id).status == "stopped"
    for run in busy:
        store.request(run.id, "ann", "stop")
    assert ended(store, queue(steps=1).id).status == "finished"
    assert store.get(waiting.id).pid is None


def test_killed_backend_leaves_its_workers_at_work_and_the_next_takes_them_over(
    store: RunStore, queue, client: Client
):
    goes_on, is_killed = running(store, queue(steps=LONG)), running(store, queue(steps=LONG))
    former = client.status()["pid"]
    os.kill(former, signal.SIGKILL)
    assert eventually(lambda: not _lives(former))
    os.kill(is_killed.pid, signal.SIGKILL)
    assert _lives(goes_on.pid)
    assert client.wait_ready(60)["pid"] != former
    killed = ended(store, is_killed.id)
    assert (killed.status, killed.message) == (
        "interrupted",
        "The process that trained this run no longer exists. "
        "What was saved after its last finished epoch is still there.",
    )
    steps = len(store.events(goes_on.id))
    assert eventually(lambda: len(store.events(goes_on.id)) > steps)
    store.request(goes_on.id, "ann", "stop")
    stopped = ended(store, goes_on.id)
    assert (stopped.status, stopped.pid) == ("stopped", goes_on.pid)
    assert endings(store, stopped) == [{"status": "stopped", "message": "Stopped."}]
    assert eventually(lambda: not psutil.pid_exists(goes_on.pid))


@pytest.mark.slow
def test_adopted_worker_can_be_stopped_by_force(store: RunStore, queue, client: Client):
    run = running(store, queue(steps=LONG, deaf=True))
    os.kill(client.status()["pid"], signal.SIGKILL)
    client.wait_ready(60)
    assert store.get(run.id).status == "running"
    store.request(run.id, "ann", "stop")
    assert ended(store, run.id).status == "stopped"
    assert eventually(lambda: not psutil.pid_exists(run.pid))


def test_ended_backend_leaves_its_workers_at_work(store: RunStore, queue, client: Client):
    run = running(store, queue(steps=LONG))
    client.shutdown()
    assert eventually(lambda: client._process.poll() is not None)
    assert client._process.returncode == 0
    assert _lives(run.pid)
    client.wait_ready(60)
    assert store.get(run.id).status == "running"


def test_killed_forking_process_takes_no_run_with_it(store: RunStore, queue, client: Client):
    run = running(store, queue(steps=LONG))
    forker = psutil.Process(run.pid).parent()
    forker.kill()
    assert eventually(lambda: not _lives(forker.pid))
    assert ended(store, queue(steps=1).id).status == "finished"
    assert client.call("echo", n=1) == {"n": 1}
    store.request(run.id, "ann", "stop")
    assert ended(store, run.id).message == "Stopped."


def test_run_of_a_command_line_is_watched_but_never_killed(store: RunStore, client: Client):
    run = store.create_run("command-line", "x", {}, {}, here=True)
    store.request(run.id, "command-line", "stop")
    gone = store.create_run("command-line", "x", {}, {})
    store.claim(gone.id, 2**22 + 1, 1.0, worker="here")
    client.wake()
    assert ended(store, gone.id).status == "interrupted"
    assert store.get(run.id).status == "starting"
    store.end(run.id, "finished")


def test_no_process_is_left_uncollected(client: Client):
    def leftovers() -> list[psutil.Process]:
        children = psutil.Process(client.status()["pid"]).children(recursive=True)
        return [child for child in children if child.status() == psutil.STATUS_ZOMBIE]

    assert eventually(lambda: not leftovers())


def _lives(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE

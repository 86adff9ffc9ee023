"""The real forking process, with TensorFlow imported before the forks."""

import statistics
from collections.abc import Callable

import psutil
import pytest

from blockwright.backend.client import Client
from blockwright.runs.store import RunStore
from tests.backend.polling import eventually

WORKERS = 200


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_200_workers_in_a_row_start_and_end_without_a_hang(
    start_client: Callable[..., Client], store: RunStore, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("BLOCKWRIGHT_HEARTBEAT_GRACE", "60")
    client = start_client(
        ("--calls=tests.backend.fakes:CALLS", "--worker=tests.backend.fakes:small_operation")
    )
    client.wait_ready(120)
    runs = [store.create_run("ann", f"{number}", {}, {}) for number in range(WORKERS)]
    client.wake()
    eventually(lambda: not store.queued() and not store.active(), seconds=500)
    ended = [store.get(run.id) for run in runs]
    assert {(run.status, run.message) for run in ended} == {("finished", None)}
    assert len({run.pid for run in ended}) == WORKERS
    logs = [
        event.data["message"].rsplit(" ", 1)
        for run in runs
        for event in store.events(run.id)
        if event.kind == "log"
    ]
    assert {answer for answer, _ in logs} == {"512 (1, 2)"}
    assert statistics.median(int(megabytes) for _, megabytes in logs) < 150
    backend = psutil.Process(client.status()["pid"])

    def zombies() -> list[psutil.Process]:
        return [child for child in backend.children(recursive=True) if child.status() == psutil.STATUS_ZOMBIE]

    # A run is over a moment before its process is.
    eventually(lambda: not zombies())

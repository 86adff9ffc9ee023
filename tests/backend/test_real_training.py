"""Real training by the real program: whatever is killed, no finished epoch is lost and no run stays "running"."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import psutil
import pytest

from blockwright.backend.client import Client
from blockwright.runs.files.home import run_folder
from blockwright.runs.history import History, fold
from blockwright.runs.records import Event, Run
from blockwright.runs.store import RunStore
from tests.backend.polling import eventually

pytestmark = pytest.mark.slow

DESIGN = {
    "format": 1,
    "name": "Small",
    "inputs": [{"id": "image", "shape": [8, 8, 1]}],
    "nodes": [
        {"id": "flat", "block": "Flatten"},
        {"id": "hidden", "block": "Dense", "params": {"units": 32, "activation": "relu"}},
        {"id": "head", "block": "Dense", "params": {"units": 10, "activation": "softmax"}},
    ],
}
ENDLESS = {"epochs": 1000, "data": {"name": "digits"}}

SERVER = """
import sys, time
from blockwright.backend.client import backend
backend().wait_ready(120)
print("ready", flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def patient_home(module_home: Path) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BLOCKWRIGHT_HEARTBEAT_GRACE", "60")
        patch.setenv("BLOCKWRIGHT_STOP_GRACE", "60")
        yield module_home


@pytest.fixture(scope="module")
def client(patient_home: Path, start_client: Callable[..., Client]) -> Client:
    client = start_client(())
    client.wait_ready(120)
    return client


@pytest.fixture
def run(store: RunStore, client: Client):
    """A run with at least two finished epochs that would go on for long."""
    run = store.create_run("ann", "Endless", DESIGN, ENDLESS)
    client.wake()
    eventually(lambda: len(history(store, run).epochs) >= 2, seconds=120)
    yield store.get(run.id)
    store.request(run.id, "ann", "stop")
    eventually(lambda: store.get(run.id).over)


def history(store: RunStore, run: Run) -> History:
    return fold(store.events(run.id))


def kept_epochs(run: Run) -> int:
    return len(json.loads((run_folder(run.id) / "history.json").read_text())["epochs"])


def weights(run: Run) -> list[np.ndarray]:
    arrays: list[np.ndarray] = []
    with h5py.File(run_folder(run.id) / "weights.weights.h5") as file:
        file.visititems(lambda _, item: arrays.append(item[()]) if isinstance(item, h5py.Dataset) else None)
    return arrays


def endings(events: list[Event]) -> list[str]:
    return [event.data["status"] for event in events if event.kind == "ended"]


def test_killed_worker_loses_no_finished_epoch(store: RunStore, run: Run):
    os.kill(run.pid, signal.SIGKILL)
    eventually(lambda: store.get(run.id).over)
    assert endings(store.events(run.id)) == ["interrupted"]
    epochs = len(history(store, run).epochs)
    assert kept_epochs(run) >= epochs >= 2
    assert sum(array.size for array in weights(run)) >= 64 * 32 + 32 + 32 * 10 + 10


def test_killed_backend_loses_nothing_and_the_run_goes_on(store: RunStore, run: Run, client: Client):
    former = client.status()["pid"]
    os.kill(former, signal.SIGKILL)
    assert client.wait_ready(120)["pid"] != former
    before = len(history(store, run).epochs)
    eventually(lambda: len(history(store, run).epochs) > before)
    assert store.get(run.id).pid == run.pid
    assert store.request(run.id, "ann", "stop")
    eventually(lambda: store.get(run.id).over)
    assert endings(store.events(run.id)) == ["stopped"]
    assert eventually(lambda: not psutil.pid_exists(run.pid))


def test_killed_worker_and_backend_leave_no_run_running(store: RunStore, run: Run, client: Client):
    for pid in (client.status()["pid"], run.pid):
        os.kill(pid, signal.SIGKILL)
    client.wait_ready(120)
    eventually(lambda: store.get(run.id).over)
    assert endings(store.events(run.id)) == ["interrupted"]
    assert kept_epochs(run) >= len(history(store, run).epochs)


def test_killed_server_takes_neither_backend_nor_run_with_it(store: RunStore, client: Client):
    client.shutdown()
    eventually(lambda: client._process is None or client._process.poll() is not None)
    server = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout.readline() == "ready\n"
        pid = client.wait_ready(120)["pid"]
        run = store.create_run("ann", "Endless", DESIGN, ENDLESS)
        client.wake()
        eventually(lambda: history(store, run).epochs, seconds=120)
    finally:
        server.kill()
        server.communicate()
    before = len(history(store, run).epochs)
    eventually(lambda: len(history(store, run).epochs) > before)
    assert client.status()["pid"] == pid
    assert store.request(run.id, "ann", "stop")
    eventually(lambda: store.get(run.id).over)
    assert store.get(run.id).status == "stopped"


@pytest.mark.attack
@pytest.mark.timeout(3600)
def test_forty_kills_at_any_moment_lose_nothing(store: RunStore, client: Client):
    source = random.Random(0)
    runs: list[Run] = []
    for number in range(40):
        store.save_design("ann", f"design-{number}", f"Design {number}", {"design": DESIGN})
        run = store.create_run("ann", f"Run {number}", DESIGN, ENDLESS)
        runs.append(run)
        client.wake()
        if source.random() < 0.7:
            eventually(lambda run=run: store.get(run.id).pid, seconds=120)
        time.sleep(source.uniform(0.0, 4.0))
        backend = client.status()["pid"]
        children = [child.pid for child in psutil.Process(backend).children(recursive=True)]
        victims = {
            "worker": [store.get(run.id).pid],
            "backend": [backend],
            "both": [store.get(run.id).pid, backend],
            "child": source.sample(children, min(1, len(children))),
        }[source.choice(("worker", "worker", "backend", "both", "child"))]
        for pid in filter(None, victims):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        client.wait_ready(120)
        # What a run had noted before, it still has.
        noted = len(history(store, run).epochs)
        store.request(run.id, "ann", "stop")
        eventually(lambda run=run: store.get(run.id).over, seconds=120)
        assert len(history(store, run).epochs) >= noted
    assert len(store.designs("ann")) == len(runs)
    assert {run.id for run in store.runs("ann")} >= {run.id for run in runs}
    for run in runs:
        epochs = history(store, run).epochs
        assert [epoch["epoch"] for epoch in epochs] == list(range(1, len(epochs) + 1))
        assert len(endings(store.events(run.id))) == 1
        assert not list(run_folder(run.id).glob(".partial-*"))
        if epochs:
            assert kept_epochs(run) >= len(epochs)
            assert sum(array.size for array in weights(run)) >= 64 * 32 + 32 + 32 * 10 + 10

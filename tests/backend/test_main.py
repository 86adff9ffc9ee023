"""The program as a whole: how it starts, refuses to, and ends."""

import dataclasses
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from blockwright.backend.client import BackendError, BackendStarting, Client
from blockwright.backend.endpoint import Endpoint
from blockwright.runs.store import RunStore
from tests.backend.conftest import FAST
from tests.backend.polling import eventually


@pytest.fixture
def start(home: Path) -> Iterator[Callable[[], Client]]:
    home.mkdir()
    clients: list[Client] = []

    def one() -> Client:
        clients.append(Client(home, FAST))
        return clients[-1]

    yield one
    for client in clients:
        client.shutdown()
        if client._process is not None:
            eventually(lambda client=client: client._process.poll() is not None)


def test_backend_starts_from_any_folder(start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    client = start()
    assert not client.ensure()
    client.wait_ready(60)
    assert client.ensure()
    assert client.call("echo", n=1) == {"n": 1}


def test_backend_that_cannot_start_says_where_the_reason_is(
    start, home: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("BLOCKWRIGHT_WORKERS", "many")
    client = start()

    def refused() -> str | None:
        try:
            client.status()
        except BackendStarting:
            return None
        except BackendError as error:
            return str(error)

    log = home / "logs" / "backend-output.log"
    assert eventually(refused) == f"The backend could not start. See the reason in {log}."
    assert "BLOCKWRIGHT_WORKERS must be a whole number between 1 and 256. Received: 'many'" in log.read_text()


def test_service_that_cannot_start_says_where_the_reason_is(start, home: Path):
    client = start()
    client._arguments = (*FAST, "--calls=tests.backend.broken_calls:CALLS")

    def refused() -> str | None:
        try:
            client.call("echo")
        except BackendStarting:
            return None
        except BackendError as error:
            return str(error)

    log = home / "logs" / "backend-output.log"
    assert eventually(refused) == f"The design service could not start. See the reason in {log}."
    assert "ImportError: This child is missing something." in log.read_text()


def test_backend_ends_when_nobody_needs_it(start, home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BLOCKWRIGHT_IDLE_EXIT", "1")
    client = start()
    client.wait_ready(60)
    assert eventually(lambda: client._process.poll() is not None)
    assert client._process.returncode == 0
    assert not (home / "backend.json").exists()
    assert not (home / "backend.sock").exists()


def test_backend_of_a_removed_home_ends(start, home: Path):
    client = start()
    client.wait_ready(60)
    shutil.rmtree(home)
    assert eventually(lambda: client._process.poll() is not None)
    assert client._process.returncode == 0
    client.close()


def test_locked_store_is_told_and_got_over(start, home: Path):
    store = RunStore()
    run = store.create_run("ann", "x", {}, {"steps": 1})
    other = sqlite3.connect(home / "blockwright.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    client = start()
    client.wait_ready(60)
    other.close()
    assert eventually(lambda: store.get(run.id).status == "finished")
    assert client.status()["problem"] is None
    store.close()


def test_damaged_store_is_told_while_the_services_go_on(start, home: Path):
    (home / "blockwright.db").write_bytes(b"nothing that SQLite would write " * 100)
    client = start()
    client.wait_ready(60)
    assert "is damaged" in eventually(lambda: client.status()["problem"])
    assert client.call("echo", n=1) == {"n": 1}


@pytest.mark.slow
def test_backend_of_older_code_is_replaced_and_its_workers_go_on(start, home: Path):
    client = start()
    former = client.wait_ready(60)["pid"]
    client.close()
    dataclasses.replace(Endpoint.read(home), code="older").write(home)
    store = RunStore()
    run = store.create_run("ann", "x", {}, {"steps": 100})
    newer = start()
    newer.wake()
    assert newer.wait_ready(60)["pid"] != former
    assert eventually(lambda: store.get(run.id).status == "finished")
    store.close()


def test_client_is_light_and_free_of_tensorflow():
    code = (
        "import sys, blockwright.backend.client; print({'tensorflow', 'keras', 'numpy'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "set()"


def test_a_fresh_home_belongs_to_its_owner_only(start, home: Path):
    start().wait_ready(60)
    assert [
        path.name for path in home.iterdir() if path.name == "backend.json" and path.stat().st_mode & 0o077
    ] == []
    assert os.stat(home / "logs").st_mode & 0o077 == 0

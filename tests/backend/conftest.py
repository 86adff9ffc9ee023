from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from blockwright.backend.client import Client
from blockwright.runs.store import RunStore
from tests.backend.polling import eventually

FAST = (
    "--preload=sqlalchemy,blockwright.backend.service.calls,blockwright.backend.workers.worker,tests.backend.fakes",
    "--calls=tests.backend.fakes:CALLS",
    "--worker=tests.backend.fakes:execute",
)


@pytest.fixture(scope="module")
def module_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home folder for one module, with a backend's patience cut down for tests."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BLOCKWRIGHT_HOME", str(folder))
        patch.setenv("BLOCKWRIGHT_HEARTBEAT_GRACE", "4")
        patch.setenv("BLOCKWRIGHT_STOP_GRACE", "1")
        patch.setenv("BLOCKWRIGHT_WORKERS", "2")
        yield folder


@pytest.fixture(scope="module")
def start_client(module_home: Path) -> Iterator[Callable[..., Client]]:
    """Makes clients of the module's home; the backend is ended with the module."""
    clients: list[Client] = []

    def start(arguments: tuple[str, ...] = FAST) -> Client:
        clients.append(Client(module_home, arguments))
        return clients[-1]

    yield start
    for client in clients:
        client.shutdown()
    for client in clients:
        process = client._process
        if process is not None:
            eventually(lambda process=process: process.poll() is not None)


@pytest.fixture(scope="module")
def client(start_client: Callable[..., Client]) -> Client:
    """A client whose backend is up."""
    client = start_client()
    client.wait_ready(60)
    return client


@pytest.fixture(scope="module")
def store(module_home: Path) -> Iterator[RunStore]:
    store = RunStore()
    yield store
    store.close()

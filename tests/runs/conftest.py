from collections.abc import Iterator
from pathlib import Path

import pytest

from blockwright.runs.records import Run
from blockwright.runs.store import RunStore


@pytest.fixture(autouse=True)
def home_folder(home: Path) -> Path:
    return home


@pytest.fixture
def store() -> Iterator[RunStore]:
    store = RunStore()
    yield store
    store.close()


@pytest.fixture
def run(store: RunStore) -> Run:
    return store.create_run("ann", "First", {"format": 1}, {"epochs": 3})


@pytest.fixture
def running(store: RunStore, run: Run) -> Run:
    store.claim(run.id)
    store.transition(run.id, "starting", "running")
    return store.get(run.id)

"""What every test relies on: a home folder of its own, quiet libraries, and the order of the files."""

import os
import tempfile
from collections import Counter
from pathlib import Path

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["BLOCKWRIGHT_HOME"] = tempfile.mkdtemp(prefix="blockwright-tests-")
os.environ.pop("BLOCKWRIGHT_DATABASE_URL", None)
# So that a backend which an interrupted test leaves behind ends by itself.
os.environ["BLOCKWRIGHT_IDLE_EXIT"] = "300"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh home folder for one test."""
    folder = tmp_path / "home"
    monkeypatch.setenv("BLOCKWRIGHT_HOME", str(folder))
    return folder


class TickingClock:
    """Stands for the module `time`: whenever it is read, a second has passed."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def time(self) -> float:
        """Seconds since 1970."""
        self.now += 1.0
        return self.now


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> TickingClock:
    """The clock of the run store in one test, in which no two things happen at the same time."""
    clock = TickingClock()
    monkeypatch.setattr("blockwright.runs.store.time", clock)
    return clock


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what takes long, unless its marker is asked for, and start with the slowest files.

    Files run two at a time: one that takes minutes and came last would run alone.
    """
    for marker in ("allcode", "attack"):
        if marker not in config.option.markexpr:
            left_out = {item for item in items if item.get_closest_marker(marker)}
            config.hook.pytest_deselected(items=list(left_out))
            items[:] = [item for item in items if item not in left_out]
    slow = Counter(item.path for item in items if _is_slow(item))
    items.sort(key=lambda item: -slow[item.path])


def _is_slow(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in ("slow", "browser"))

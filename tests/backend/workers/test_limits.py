import pytest

from blockwright.backend.workers import limits
from blockwright.backend.workers.limits import Capacity, Limits, capacity


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch):
    for name in ("WORKERS", "STOP_GRACE", "HEARTBEAT_GRACE", "IDLE_EXIT"):
        monkeypatch.delenv(f"BLOCKWRIGHT_{name}", raising=False)


@pytest.mark.parametrize(
    ("cores", "gigabytes", "expected"),
    [
        (1, 0.5, Capacity(1, 1)),
        (2, 2.7, Capacity(2, 2)),
        (2, 16.0, Capacity(2, 24)),
        (16, 64.0, Capacity(8, 104)),
        (16, 3.1, Capacity(3, 3)),
    ],
)
def test_capacity_follows_from_cores_and_memory(
    monkeypatch: pytest.MonkeyPatch, cores: int, gigabytes: float, expected: Capacity
):
    monkeypatch.setattr(limits, "usable_cores", lambda: cores)
    monkeypatch.setattr(limits, "usable_memory", lambda: int(gigabytes * 1e9))
    assert capacity() == expected


def test_capacity_is_a_setting(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(limits, "usable_memory", lambda: int(3e9))
    monkeypatch.setenv("BLOCKWRIGHT_WORKERS", "5")
    assert capacity() == Capacity(5, 5)


@pytest.mark.parametrize("text", ["0", "-1", "many", "2.5", "1000"])
def test_bad_capacity_is_a_sentence(monkeypatch: pytest.MonkeyPatch, text: str):
    monkeypatch.setenv("BLOCKWRIGHT_WORKERS", text)
    with pytest.raises(ValueError, match=f"BLOCKWRIGHT_WORKERS must be a whole number .* Received: '{text}'"):
        capacity()


def test_patience_is_a_setting(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BLOCKWRIGHT_STOP_GRACE", "1.5")
    assert Limits.from_environment() == Limits(stop_grace=1.5)


@pytest.mark.parametrize("text", ["soon", "-1", "nan", "inf"])
def test_bad_patience_is_a_sentence(monkeypatch: pytest.MonkeyPatch, text: str):
    monkeypatch.setenv("BLOCKWRIGHT_STOP_GRACE", text)
    with pytest.raises(ValueError, match="BLOCKWRIGHT_STOP_GRACE must be a number of seconds, at least 0"):
        Limits.from_environment()

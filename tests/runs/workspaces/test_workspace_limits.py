import pytest

from blockwright.runs.workspaces.workspace_limits import WorkspaceLimits


def test_alone_only_the_queue_is_limited():
    assert WorkspaceLimits.from_environment() == WorkspaceLimits(0, 20, 0, 0, 0, 0)


def test_a_class_has_limits_of_its_own_and_each_can_be_set(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BLOCKWRIGHT_CLASS", "1")
    monkeypatch.setenv("BLOCKWRIGHT_WORKSPACE_RUNS", "3")
    monkeypatch.setenv("BLOCKWRIGHT_WORKSPACE_DAYS", "0")
    limits = WorkspaceLimits.from_environment()
    assert limits == WorkspaceLimits(runs=3, queue=10, minutes=120, upload_mb=500, run_mb=2_000, days=0)
    assert (limits.upload_bytes, limits.run_bytes) == (500_000_000, 2_000_000_000)


@pytest.mark.parametrize("text", ["-1", "many", "1.5", "٣", "9999999999"])
def test_a_limit_that_is_no_number_is_a_sentence(monkeypatch: pytest.MonkeyPatch, text: str):
    monkeypatch.setenv("BLOCKWRIGHT_WORKSPACE_DAYS", text)
    with pytest.raises(
        ValueError, match="BLOCKWRIGHT_WORKSPACE_DAYS must be a whole number, 0 for unlimited"
    ):
        WorkspaceLimits.from_environment()


def test_a_class_is_on_or_off(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BLOCKWRIGHT_CLASS", "yes")
    with pytest.raises(ValueError, match=r"BLOCKWRIGHT_CLASS must be 1 .* Received: 'yes'"):
        WorkspaceLimits.from_environment()

import pytest

from blockwright.runs.records import Run, StoreError
from blockwright.runs.store import RunStore


def kinds(store: RunStore, run_id: str) -> list[str]:
    return [event.kind for event in store.events(run_id)]


def test_events_come_in_order_and_in_portions(store: RunStore, running: Run):
    store.add_events(running.id, [("log", {"message": f"{n}", "level": "info"}) for n in range(3)])
    every = store.events(running.id)
    assert [event.data.get("message") for event in every] == [None, None, "0", "1", "2"]
    assert store.events(running.id, after=every[2].id) == every[3:]


def test_what_is_not_a_finite_number_is_kept_as_null(store: RunStore, running: Run):
    store.add_events(
        running.id, [("batch", {"loss": float("nan"), "outputs": {"head": {"mae": float("inf")}}})]
    )
    assert store.events(running.id)[-1].data == {"loss": None, "outputs": {"head": {"mae": None}}}


@pytest.mark.parametrize("kind", ["ended", "state", "surprise"])
def test_a_run_adds_only_its_own_kinds_of_events(store: RunStore, running: Run, kind: str):
    with pytest.raises(ValueError, match="is not an event that a run may add"):
        store.add_events(running.id, [(kind, {})])


def test_events_for_a_deleted_run_are_refused(store: RunStore):
    with pytest.raises(StoreError, match="no longer exists"):
        store.add_events("0" * 32, [("log", {"message": "x", "level": "info"})])

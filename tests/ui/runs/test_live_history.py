import pytest

from blockwright.ui.runs import live_history
from blockwright.ui.runs.live_history import follow, history_bytes, results
from tests.runs.statements import selects
from tests.ui import synthetic
from tests.ui.page_harness import MINE, store

pytestmark = pytest.mark.usefixtures("workspace_store")


@pytest.fixture(autouse=True)
def _empty():
    live_history._histories.clear()


def used() -> float:
    return live_history._histories.currsize


def test_a_history_is_extended_by_what_is_new():
    run = synthetic.finished(store(), MINE)
    history = follow(run.id)
    assert (len(history.epochs), history.status) == (5, "finished")
    with selects() as statements:
        assert follow(run.id) is history
    assert len(statements) == 1
    assert used() == history_bytes(history) > 0


def test_the_histories_together_take_bounded_bytes(monkeypatch):
    runs = [synthetic.finished(store(), MINE, epochs=20) for _ in range(8)]
    one = history_bytes(follow(runs[0].id))
    monkeypatch.setattr(live_history._histories, "_Cache__maxsize", int(3.5 * one))
    for run in runs:
        follow(run.id)
    assert list(live_history._histories) == [run.id for run in runs[-3:]]
    assert used() <= 3.5 * one


def test_a_history_that_grows_drives_out_others_and_a_huge_one_stands_alone(monkeypatch):
    first, second = (synthetic.queued(store(), MINE) for _ in range(2))
    follow(first.id)
    store().claim(second.id)
    monkeypatch.setattr(live_history._histories, "_Cache__maxsize", 4_000)
    store().add_events(second.id, [("log", {"message": "x" * 10_000})])
    history = follow(second.id)
    assert history_bytes(history) > 4_000
    assert list(live_history._histories) == [second.id]
    with selects() as statements:
        assert follow(second.id) is history
    assert len(statements) == 1


def test_results_hold_the_test_and_nothing_else():
    tested, waiting = synthetic.finished(store(), MINE), synthetic.queued(store(), MINE)
    histories = results([tested.id, waiting.id])
    assert histories[tested.id].evaluated == follow(tested.id).evaluated
    assert histories[tested.id].epochs == []
    assert histories[waiting.id].evaluated is None

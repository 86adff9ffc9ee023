import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blockwright.runs.history import MOST_BATCHES, MOST_LOGS, History, fold, thin
from blockwright.runs.records import Event


def events(*pairs: tuple[str, dict[str, Any]]) -> list[Event]:
    return [Event(number, kind, 0.0, data) for number, (kind, data) in enumerate(pairs, start=1)]


def state(status: str) -> tuple[str, dict[str, Any]]:
    return "state", {"status": status, "message": None}


def started(epochs: int = 2, steps: int = 10) -> tuple[str, dict[str, Any]]:
    return "started", {"epochs": epochs, "steps_per_epoch": steps}


def batch(epoch: int, number: int, seconds: float) -> tuple[str, dict[str, Any]]:
    data = {
        "epoch": epoch,
        "batch": number,
        "loss": 1.0,
        "outputs": {"head": {"accuracy": 0.5}},
        "seconds": seconds,
    }
    return "batch", data | {"examples_per_second": 100.0, "memory_bytes": 5}


def epoch(number: int) -> tuple[str, dict[str, Any]]:
    return "epoch", {
        "epoch": number,
        "loss": 0.5,
        "val_loss": 0.6,
        "outputs": {"head": {"accuracy": 0.8, "val_accuracy": 0.7}},
    }


def test_nothing_is_known_of_a_waiting_run():
    history = fold([])
    assert (history.status, history.progress, history.seconds_left, history.batches) == (
        "queued",
        0.0,
        None,
        [],
    )
    assert (history.examples_per_second, history.memory_bytes, history.over) == (None, None, False)


def test_a_run_from_start_to_end():
    history = fold(
        events(
            state("starting"),
            ("log", {"message": "Data is ready.", "level": "info"}),
            started(),
            state("running"),
            batch(1, 2, 1.0),
            batch(1, 6, 2.0),
        )
    )
    assert history.progress == 0.3
    assert history.seconds_left == 14 * 1.0 / 4
    assert (history.examples_per_second, history.memory_bytes) == (100.0, 5)
    more = events(*itertools.repeat(state("x"), 6), epoch(1), batch(2, 10, 5.0), epoch(2))[6:]
    history.extend(more)
    assert (history.progress, history.seconds_left) == (1.0, 0.0)
    assert [epoch["epoch"] for epoch in history.epochs] == [1, 2]
    end = [
        Event(20, "evaluated", 0.0, {"test_loss": 1}),
        Event(21, "ended", 0.0, {"status": "finished", "message": "Ok"}),
    ]
    history.extend(end)
    assert (history.status, history.message, history.over, history.progress) == ("finished", "Ok", True, 1.0)
    assert history.evaluated == {"test_loss": 1}
    assert history.logs == [{"message": "Data is ready.", "level": "info"}]


def test_progress_of_a_stopped_run_stays_where_it_was():
    ended = ("ended", {"status": "stopped", "message": None})
    history = fold(events(started(), state("running"), batch(2, 5, 3.0), ended))
    assert (history.progress, history.seconds_left, history.status) == (0.75, None, "stopped")


def test_nothing_after_the_ending_changes_the_status():
    ended = ("ended", {"status": "interrupted", "message": "Gone."})
    assert fold(events(state("running"), ended, state("paused"))).status == "interrupted"


def test_pause_does_not_count_as_pace():
    before = [started(1, 100), state("running"), batch(1, 1, 0.0), batch(1, 11, 1.0)]
    history = fold(events(*before, state("paused")))
    assert history.seconds_left is None
    history = fold(
        events(*before, state("paused"), state("running"), batch(1, 12, 3601.0), batch(1, 22, 3602.0))
    )
    assert history.seconds_left == pytest.approx(7.8)


def test_events_seen_already_are_passed_over():
    every = events(started(), state("running"), batch(1, 1, 1.0))
    history = fold(every)
    before = history.changes
    assert history.extend(every).changes == before
    assert len(history.batches) == 1


def test_kinds_of_newer_versions_are_passed_over():
    assert fold(events(("confetti", {"colour": "red"}), state("running"))).status == "running"


def test_a_long_run_stays_drawable():
    every = events(started(100, 1000), *[batch(1 + n // 1000, 1 + n % 1000, n / 4) for n in range(20_000)])
    history = fold(every)
    assert MOST_BATCHES // 2 < len(history.batches) <= MOST_BATCHES + 1
    assert history.batches[0] == every[1].data
    assert history.batches[-1] == every[-1].data
    gaps = {
        second["seconds"] - first["seconds"] for first, second in itertools.pairwise(history.batches[:-1])
    }
    assert len(gaps) == 1


def test_logs_are_bounded():
    history = fold(events(*[("log", {"message": str(n), "level": "info"}) for n in range(MOST_LOGS + 50)]))
    assert [history.logs[0]["message"], len(history.logs)] == ["50", MOST_LOGS]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 1500), max_size=4))
def test_portions_make_no_difference(cuts: list[int]):
    every = events(started(10, 150), *[batch(1 + n // 150, 1 + n % 150, n) for n in range(1500)], epoch(1))
    borders = [0, *sorted(cuts), len(every)]
    history = History()
    for first, last in itertools.pairwise(borders):
        history.extend(every[first:last])
    assert history == fold(every)


def test_thinning_keeps_both_ends():
    assert thin([1, 2, 3], 5) == [1, 2, 3]
    assert thin(range(10), 4) == [0, 3, 6, 9]
    points = thin(range(10_000), 500)
    assert (len(points), points[0], points[-1]) == (500, 0, 9_999)


def test_values_of_outputs_are_kept_as_they_come():
    values = {"price": {"mae": 2.0, "val_mae": 3.0}}
    first = ("batch", batch(1, 1, 0.5)[1] | {"outputs": {"price": {"mae": 2.5}}})
    done = ("epoch", epoch(1)[1] | {"outputs": values})
    tested = ("evaluated", {"test_loss": 1.0, "examples": 9, "outputs": {"price": {"test_mae": 4.0}}})
    history = fold(events(started(), first, done, tested))
    assert history.batches[0]["outputs"] == {"price": {"mae": 2.5}}
    assert history.epochs[0]["outputs"] == values
    assert history.evaluated["outputs"] == {"price": {"test_mae": 4.0}}


def test_a_cause_of_a_poor_result_holds_until_it_is_resolved():
    first = {"cause": "dead_relus", "title": "", "epoch": 1, "message": "Dead.", "resolved": False}
    second = first | {"cause": "overfitting", "epoch": 2}
    told = [("diagnosis", first), ("diagnosis", second)]
    assert fold(events(*told)).diagnoses == [first, second]
    assert fold(events(*told, ("diagnosis", first | {"resolved": True}))).diagnoses == [second]


def resumed(number: int, *causes: str) -> tuple[str, dict[str, Any]]:
    return "resumed", {"epoch": number, "causes": list(causes)}


def ended(status: str) -> tuple[str, dict[str, Any]]:
    return "ended", {"status": status, "message": None}


def test_a_resumed_run_drops_the_epochs_and_points_after_its_state():
    before = (
        state("running"),
        started(4),
        batch(1, 5, 1.0),
        epoch(1),
        batch(2, 5, 2.0),
        epoch(2),
        batch(3, 2, 3.0),
    )
    history = fold(events(*before, ended("interrupted"), state("queued")))
    assert (history.status, history.over, history.resumed_from) == ("queued", False, "interrupted")
    assert len(history.epochs) == 2
    history = fold(
        events(*before, ended("interrupted"), state("queued"), state("running"), started(4), resumed(1))
    )
    assert [entry["epoch"] for entry in history.epochs] == [1]
    assert [point["epoch"] for point in history.batches] == [1]
    assert (history.progress, history.seconds_left) == (0.25, None)


def test_a_run_that_is_trained_further_is_no_longer_tested_and_ends_once_more():
    tested = ("evaluated", {"test_loss": 0.1, "examples": 5, "outputs": {}})
    causes = [
        ("diagnosis", {"cause": cause, "title": cause, "epoch": 1, "message": "", "resolved": False})
        for cause in ("overfitting", "missing_class")
    ]
    before = (started(1), epoch(1), *causes, tested, ended("finished"), state("queued"), started(2))
    history = fold(events(*before, resumed(1, "overfitting")))
    assert (history.evaluated, history.ended) == (None, None)
    assert [diagnosed["cause"] for diagnosed in history.diagnoses] == ["overfitting"]
    history = fold(events(*before, resumed(1), batch(2, 10, 1.0), epoch(2), tested, ended("finished")))
    assert [entry["epoch"] for entry in history.epochs] == [1, 2]
    assert history.over


def test_a_run_that_begins_again_shows_its_new_points():
    history = fold(
        events(started(), batch(1, 3, 1.0), ended("stopped"), state("queued"), resumed(0), batch(1, 1, 1.0))
    )
    assert [point["batch"] for point in history.batches] == [1]


def test_a_baseline_that_is_computed_again_is_listed_once():
    baseline = ("baseline", {"output": "head", "model": "mean", "test": 0.5})
    assert len(fold(events(baseline, baseline)).baselines) == 1

import psutil
import pytest

from blockwright.runs.database import database
from blockwright.runs.records import StoreError, StoreUnavailable
from blockwright.training.loops import reporter as reporter_module
from blockwright.training.loops.reporter import Reporter, StopRun, own_memory
from tests.training.designs import dense, kinds, new_run, wait_until

POINT = {"message": "Hello.", "level": "info"}


def test_events_that_the_store_could_not_take_come_later_in_order(store, monkeypatch):
    run = new_run(store, dense())
    add, failures = store.add_events, []

    def sometimes(run_id, events):
        if len(failures) < 3:
            failures.append(events)
            raise StoreError("The store is locked.")
        add(run_id, events)

    monkeypatch.setattr(store, "add_events", sometimes)
    with Reporter(store, run.id) as reporter:
        for number in range(5):
            reporter.emit("log", {"message": str(number), "level": "info"}, now=True)
        wait_until(lambda: "log" in kinds(store, run.id))
    logs = [event.data["message"] for event in store.events(run.id) if event.kind == "log"]
    assert logs == ["0", "1", "2", "3", "4"]
    assert len(failures) == 3


def test_nothing_is_lost_at_the_end(store):
    run = new_run(store, dense())
    with Reporter(store, run.id) as reporter:
        for _ in range(100):
            reporter.emit("log", POINT)
    assert kinds(store, run.id).count("log") == 100


def test_a_store_that_is_locked_at_the_end_is_waited_for(store, monkeypatch):
    monkeypatch.setattr(database, "RETRY_SECONDS", 0.01)
    run = new_run(store, dense())
    add, failures = store.add_events, []

    def later(run_id, events):
        if len(failures) < 20:
            failures.append(events)
            raise StoreUnavailable("The store is locked.")
        add(run_id, events)

    monkeypatch.setattr(store, "add_events", later)
    with Reporter(store, run.id) as reporter:
        reporter.emit("log", POINT)
    assert kinds(store, run.id).count("log") == 1
    assert len(failures) == 20


def test_waiting_for_room_is_logged_once_and_a_stop_ends_it(store, monkeypatch):
    monkeypatch.setattr(reporter_module, "ROOM_PERIOD", 0.01)
    run = new_run(store, dense())
    with Reporter(store, run.id) as reporter:
        for _ in range(3):
            reporter.wait_for_room("The disk is full.")
        wait_until(lambda: kinds(store, run.id).count("log") == 1)
        store.request(run.id, "me", "stop")
        wait_until(lambda: reporter.stop_requested)
        with pytest.raises(StopRun):
            reporter.wait_for_room("The disk is full.")
    (log,) = [event.data for event in store.events(run.id) if event.kind == "log"]
    assert log["level"] == "warning"
    assert log["message"].startswith("The disk is full. Training waits and goes on by itself")


def test_a_stop_is_heard_once_honoured_and_may_come_again(store):
    run = new_run(store, dense())
    with Reporter(store, run.id) as reporter:
        for _ in range(2):
            assert store.request(run.id, "me", "stop")
            wait_until(lambda: reporter.stop_requested)
            with pytest.raises(StopRun):
                reporter.obey_stop()
            reporter.honour_stop()
            assert store.pending_commands(run.id) == []
            reporter.obey_stop()


def test_the_listener_hears_sentences(store):
    run = new_run(store, dense())
    heard = []
    epoch = {
        "epoch": 2,
        "loss": 0.5,
        "val_loss": None,
        "outputs": {"head": {"accuracy": 0.8, "val_accuracy": 0.75}},
        "seconds": 1.0,
        "examples_per_second": 1234.5,
    }
    with Reporter(store, run.id, heard.append) as reporter:
        reporter.log("Downloading.")
        reporter.emit("epoch", epoch)
        reporter.emit("batch", {})
        reporter.flush()
    assert heard == [
        "Downloading.",
        "Epoch 2: loss 0.5000, accuracy 80.0%, validation loss -, accuracy 75.0%, 1,234 examples/s.",
    ]


@pytest.mark.parametrize(
    ("outputs", "sentence"),
    [
        (
            {"price": {"mae": 12.5, "val_mae": None}},
            "Epoch 2: loss 0.5000, mean absolute error 12.5, validation loss 0.7000, mean absolute error -, "
            "1,234 examples/s.",
        ),
        (
            {
                "price": {"loss": 0.2, "mae": 3.0, "val_loss": 0.3, "val_mae": 4.0},
                "a_b": {"loss": 0.9, "accuracy": 0.25, "val_loss": 1.0, "val_accuracy": 0.5},
            },
            "Epoch 2: loss 0.5000, mean absolute error of price 3, accuracy of a_b 25.0%, validation loss 0.7000, "
            "mean absolute error of price 4, accuracy of a_b 50.0%, 1,234 examples/s.",
        ),
    ],
)
def test_numbers_and_several_outputs_have_their_own_sentence(store, outputs, sentence):
    heard = []
    epoch = {"epoch": 2, "loss": 0.5, "val_loss": 0.7, "examples_per_second": 1234.5, "outputs": outputs}
    with Reporter(store, new_run(store, dense()).id, heard.append) as reporter:
        reporter.emit("epoch", epoch)
        reporter.flush()
    assert heard == [sentence]


def test_memory_is_this_processs_own():
    resident = psutil.Process().memory_info().rss
    assert 1e6 < own_memory() <= resident * 1.1

import json
import os
import time

import pytest

from blockwright.runs.abandoned_runs import (
    GONE,
    as_it_is,
    end_abandoned,
    end_abandoned_runs,
    is_abandoned,
    recover_epochs,
)
from blockwright.runs.epoch_table import flat_epoch
from blockwright.runs.files.home import run_folder
from blockwright.runs.history import fold
from blockwright.runs.process_start import this_process
from blockwright.runs.records import StoreUnavailable

OUTPUTS = {
    "one": {"head": {"accuracy": 0.5, "val_accuracy": 0.25}},
    "number": {"head": {"mae": 0.5, "val_mae": None}},
    "two": {
        "a_b": {"loss": 0.1, "accuracy": 0.5, "val_loss": 0.2, "val_accuracy": 0.4},
        "b": {"loss": 0.3, "mae": 1.5, "val_loss": 0.4, "val_mae": 1.25},
    },
}


def epoch(number: int, outputs: dict) -> dict:
    return {
        "epoch": number,
        "loss": 1.0 / number,
        "val_loss": 2.0,
        "outputs": outputs,
        "seconds": 3.0,
        "examples_per_second": 4.0,
    }


def started(outputs: dict) -> dict:
    names = {output: "mae" if "mae" in values else "accuracy" for output, values in outputs.items()}
    fixed = {"kind": "classes", "target": "y", "loss": "x", "weight": 1.0, "unit": "", "class_names": []}
    return {
        "epochs": 9,
        "outputs": [{"output": output, "metric": name, **fixed} for output, name in names.items()],
    }


@pytest.mark.parametrize("outputs", OUTPUTS.values(), ids=OUTPUTS)
def test_epochs_that_lie_only_in_the_folder_are_recovered(store, running, outputs):
    epochs = [epoch(number, outputs) for number in (1, 2, 3, 4)]
    store.add_events(running.id, [("started", started(outputs)), ("epoch", epochs[0])])
    history = run_folder(running.id) / "history.json"
    history.write_text(json.dumps({"epochs": [flat_epoch(row) for row in epochs]}), encoding="utf-8")
    (run_folder(running.id) / f".partial-{os.getpid()}-weights.weights.h5").touch()
    assert end_abandoned(store, running, "interrupted", "Gone.")
    events = store.events(running.id)
    assert fold(events).epochs == epochs
    assert (events[-1].kind, store.get(running.id).message) == ("ended", "Gone.")
    assert [path.name for path in run_folder(running.id).iterdir()] == ["history.json"]
    assert not end_abandoned(store, running, "failed", "Again.")
    assert fold(store.events(running.id)).epochs == epochs


@pytest.mark.parametrize(
    "text", [None, "", "[]", "{}", '{"epochs": 5}', '{"epochs": [{}, null]}', '{"epochs": [{"ep']
)
def test_a_damaged_file_recovers_nothing(store, running, text):
    if text is not None:
        (run_folder(running.id) / "history.json").write_text(text, encoding="utf-8")
    assert recover_epochs(store, running) == 0


def test_a_run_is_abandoned_when_its_process_on_this_machine_is_gone(store, running):
    assert not is_abandoned(running)
    end_abandoned_runs(store)
    assert store.get(running.id).status == "running"
    other = store.create_run("ann", "x", {}, {})
    store.claim(other.id, this_process()[0], "another start", "here")
    assert is_abandoned(store.get(other.id))
    end_abandoned_runs(store)
    ended = store.get(other.id)
    assert (ended.status, ended.message) == ("interrupted", GONE)
    assert store.get(running.id).status == "running"


def lost(store, worker: str):
    """A run whose process is gone."""
    run = store.create_run("ann", "x", {}, {})
    store.claim(run.id, this_process()[0], "another start", worker)
    return store.get(run.id)


def test_a_reader_sees_without_a_backend_that_a_killed_run_has_ended(store, running):
    assert as_it_is(store, running) == running
    run = lost(store, "here")
    assert (as_it_is(store, run).status, as_it_is(store, run).message) == ("interrupted", GONE)
    assert store.get(run.id).status == "interrupted"


def test_a_backend_has_time_to_say_what_ended_its_worker(store, monkeypatch):
    run = lost(store, "backend")
    assert as_it_is(store, run).status == "starting"
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 60)
    assert as_it_is(store, run).status == "interrupted"


def test_a_reader_sees_the_truth_also_while_nothing_can_be_written(store, monkeypatch):
    run = lost(store, "here")

    def unavailable(*_):
        raise StoreUnavailable("The disk is full.")

    monkeypatch.setattr(store, "end", unavailable)
    assert as_it_is(store, run).status == "interrupted"
    assert store.get(run.id).status == "starting"


def test_what_a_kill_left_of_a_checkpoint_is_removed_and_the_best_epoch_is_named(store, running):
    run = running
    folder = run_folder(run.id) / "checkpoints"
    folder.mkdir()
    (folder / "best.weights.h5").write_bytes(b"best")
    (folder / ".partial-7-best.weights.h5").write_bytes(b"half")
    end_abandoned(store, run, "interrupted", GONE)
    assert [path.name for path in folder.iterdir()] == ["best.weights.h5"]
    message = f"{GONE} The weights of its best epoch are there too: choose them on the page Evaluate."
    assert store.get(run.id).message == message

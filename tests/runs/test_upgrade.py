"""Runs that an earlier version stored are read in today's form (`tests/older/home`)."""

import shutil
from pathlib import Path

import pytest

from blockwright.runs.epoch_table import epochs_csv, flat_epoch, flat_evaluation
from blockwright.runs.history import History, fold
from blockwright.runs.records import Event
from blockwright.runs.store import RunStore
from blockwright.runs.upgrade import first_output_id, is_older, upgraded

OLDER = Path(__file__).parents[1] / "older" / "home"
OUTPUTS = {
    "Digits": [("head", "classes", "class", "sparse_categorical_crossentropy", "accuracy", 10)],
    "Diabetes": [("progression", "number", "progression", "mean_squared_error", "mae", 0)],
    "Tickets": [
        ("priority", "number", "priority", "huber", "mae", 0),
        ("department", "classes", "department", "sparse_categorical_crossentropy", "accuracy", 0),
    ],
    "Autoencoder": [("again", "reconstruction", "image", "binary_crossentropy", "mae", 0)],
    "Tags": [("head", "tags", "tags", "binary_crossentropy", "accuracy", 0)],
}


@pytest.fixture
def older(tmp_path, monkeypatch):
    home = tmp_path / "home"
    shutil.copytree(OLDER, home)
    monkeypatch.setenv("BLOCKWRIGHT_HOME", str(home))
    store = RunStore()
    runs = [store.get(folder.name) for folder in (home / "runs").iterdir()]
    return {run.name: store.events(run.id) for run in runs} | {"ids": {run.name: run.id for run in runs}}


def history(older: dict[str, list[Event]], name: str) -> History:
    return fold(older[name])


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_run_says_which_outputs_it_has(older, name):
    keys = ("output", "kind", "target", "loss", "metric")
    started = history(older, name).started
    assert [
        (*(output[key] for key in keys), len(output["class_names"])) for output in started["outputs"]
    ] == OUTPUTS[name]
    assert not {"loss", "num_classes", "class_names"} & set(started)


@pytest.mark.parametrize("name", OUTPUTS)
def test_every_value_stands_under_its_output(older, name):
    run = history(older, name)
    outputs = [(output[0], output[4]) for output in OUTPUTS[name]]
    several = len(outputs) > 1
    for row, parts in ((run.batches[-1], ("",)), (run.epochs[-1], ("", "val_")), (run.evaluated, ("test_",))):
        names = [("loss", metric) if several else (metric,) for _, metric in outputs]
        expected = {
            output: {part + name for part in parts for name in of}
            for (output, _), of in zip(outputs, names, strict=True)
        }
        assert {output: set(values) for output, values in row["outputs"].items()} == expected
        assert not {"accuracy", "mae", "metrics", "val_accuracy", "val_mae", "test_accuracy"} & set(row)


def test_the_values_are_those_that_were_stored(older):
    assert history(older, "Digits").epochs[0]["outputs"] == {
        "head": {"accuracy": 0.0918518528342247, "val_accuracy": 0.10000000149011612}
    }
    assert history(older, "Diabetes").evaluated["outputs"] == {
        "progression": {"test_mae": 54.986197059804745}
    }
    assert history(older, "Tickets").batches[0]["outputs"]["department"] == {
        "loss": 1.6325023174285889,
        "accuracy": 0.0859375,
    }
    assert history(older, "Tickets").epochs[0]["outputs"]["priority"]["val_mae"] == 0.40344780683517456


def test_rows_of_epochs_and_of_the_test_are_as_the_earlier_version_wrote_them(older):
    assert flat_epoch(history(older, "Diabetes").epochs[0]) == {
        "epoch": 1,
        "loss": 17018.751953125,
        "accuracy": None,
        "val_loss": 6324.8837890625,
        "val_accuracy": None,
        "mae": 107.3990249633789,
        "val_mae": 60.62810516357422,
        "seconds": 0.5734201850000318,
        "examples_per_second": 556.3110757951123,
    }
    tickets = history(older, "Tickets")
    assert flat_epoch(tickets.epochs[0])["metrics"] == {
        "priority_loss": 0.13049890100955963,
        "priority_mae": 0.4156174659729004,
        "department_loss": 1.6059309244155884,
        "department_accuracy": 0.08388888835906982,
        "val_priority_loss": 0.12345222383737564,
        "val_priority_mae": 0.40344780683517456,
        "val_department_loss": 1.6028010845184326,
        "val_department_accuracy": 0.08500000089406967,
    }
    assert flat_evaluation(tickets.evaluated) == {
        "test_loss": 1.5967080590724945,
        "test_accuracy": None,
        "metrics": {
            "test_priority_loss": 0.11613120913505554,
            "test_priority_mae": 0.4011275139451027,
            "test_department_loss": 1.5734818172454834,
            "test_department_accuracy": 0.1075,
        },
    }
    assert epochs_csv(tickets).splitlines()[0] == (
        "epoch,loss,accuracy,val_loss,val_accuracy,seconds,examples_per_second,"
        "priority_loss,priority_mae,department_loss,department_accuracy,"
        "val_priority_loss,val_priority_mae,val_department_loss,val_department_accuracy"
    )


def test_later_portions_of_an_older_run_are_upgraded_alike(older):
    events = older["Digits"]
    assert RunStore().events(older["ids"]["Digits"], after=events[-4].id) == events[-3:]


def test_an_output_whose_name_begins_like_a_part_keeps_its_values():
    outputs = [
        {
            "output": name,
            "kind": "number",
            "target": name,
            "loss": "huber",
            "weight": 1.0,
            "measure": "mae",
            "unit": "",
        }
        for name in ("val_a", "b")
    ]
    metrics = {"val_a_mae": 1.0, "b_mae": 2.0, "val_val_a_mae": 3.0, "val_b_mae": 4.0}
    event = Event(
        1, "epoch", 0.0, {"epoch": 1, "loss": 0.5, "val_loss": 0.5, "accuracy": None, "metrics": metrics}
    )
    assert upgraded(event, {}, {"outputs": outputs}).data["outputs"] == {
        "val_a": {"mae": 1.0, "val_mae": 3.0},
        "b": {"mae": 2.0, "val_mae": 4.0},
    }


def test_an_event_of_today_is_left_as_it_is():
    event = Event(
        1, "batch", 0.0, {"epoch": 1, "batch": 1, "loss": 1.0, "outputs": {"head": {"accuracy": 0.5}}}
    )
    assert not is_older(event)
    assert upgraded(event, {}, {}) is event
    assert not is_older(Event(2, "log", 0.0, {"message": "", "level": "info"}))


@pytest.mark.parametrize(
    ("design", "output"),
    [
        ({"nodes": [{"id": "a"}, {"id": "b"}]}, "b"),
        ({"nodes": [{"id": "a"}], "outputs": ["a"]}, "a"),
        ({}, "output"),
    ],
)
def test_the_first_output_of_a_document_is_its_last_node_unless_it_says_otherwise(design, output):
    assert first_output_id(design) == output

"""What runs say of themselves."""

import numpy as np
import pytest

from blockwright import preset, train
from blockwright.runs.history import fold
from blockwright.training import explanation
from blockwright.training.explanation import Explanation
from tests.training.designs import dense, design
from tests.training.graphs import dense as units
from tests.training.graphs import table


@pytest.fixture(autouse=True)
def _home(home):
    return home


def causes(result):
    return [diagnosed["cause"] for diagnosed in result["diagnoses"]]


@pytest.mark.parametrize(
    ("network", "data", "epochs"),
    [
        (preset("mlp_128_128").design, "digits", 6),
        (preset("autoencoder").design, "digits", 3),
        (table(10, units("hidden", 16, "relu"), units("progression", 1)), "diabetes", 10),
    ],
    ids=["perceptron", "autoencoder", "table"],
)
def test_a_healthy_run_has_no_diagnosis(network, data, epochs):
    result = train(network, dataset=data, epochs=epochs, learning_rate=0.003, schedule="constant")
    assert (result["status"], result["diagnoses"]) == ("finished", [])


def test_values_that_are_used_as_they_are_are_noticed():
    sentences = []
    values = np.random.default_rng(0).normal(size=(200, 8, 8, 1)) * 100
    path = explanation_file(values, (values.mean(axis=(1, 2, 3)) > 0).astype(int))
    result = train(dense(units=2), dataset=path, epochs=1, scaling="none", progress=sentences.append)
    assert "input_scale" in causes(result)
    assert any("networks learn best from values of about 1" in sentence for sentence in sentences)


def explanation_file(values, labels):
    from blockwright.runs.files.home import home

    path = home() / "own.npz"
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, x_train=values.astype(np.float32), y_train=labels)
    return path


def test_a_network_that_has_hardly_begun_does_not_predict_every_class():
    result = train(dense(), dataset="digits", epochs=1, learning_rate=1e-6)
    assert "missing_class" in causes(result)


def test_averages_that_catch_up_are_no_longer_mentioned(store, monkeypatch):
    monkeypatch.setattr(explanation, "SECONDS", 60.0)
    network = design(
        {"block": "Flatten"},
        {"block": "Dense", "params": {"units": 32}},
        {"block": "BatchNormalization", "params": {"momentum": 0.99}},
        {"block": "Activation", "params": {"activation": "relu"}},
        {"block": "Dense", "params": {"units": 32}},
        {"block": "BatchNormalization", "params": {"momentum": 0.99}},
        {"block": "Dense", "params": {"units": 10, "activation": "softmax"}},
    )
    result = train(network, dataset="digits", epochs=5, batch_size=128, learning_rate=0.003, scaling="none")
    history = fold(store.events(result["run"]))
    events = [event.data for event in store.events(result["run"]) if event.kind == "diagnosis"]
    lagging = [event["resolved"] for event in events if event["cause"] == "validation_lag"]
    assert lagging == [False, True]
    assert history.diagnoses == []


def test_measuring_stops_where_it_would_take_more_than_its_share(store, monkeypatch):
    measured = []
    original = Explanation._measures
    monkeypatch.setattr(Explanation, "_measures", lambda self: measured.append(1) or original(self))
    monkeypatch.setattr(explanation, "SECONDS", 0.0)
    train(dense(), dataset="digits", epochs=5)
    assert len(measured) == 1


def test_a_fault_in_a_diagnosis_leaves_the_run_alone(monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("It cannot be measured.")

    monkeypatch.setattr("blockwright.training.explanation.measure", fail)
    assert train(dense(), dataset="digits", epochs=1)["status"] == "finished"

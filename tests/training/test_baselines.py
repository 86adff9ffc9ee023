"""What simple models reach on the data of a run, compared with a computation of its own."""

import numpy as np
import pytest

from blockwright import train
from blockwright.data.loading import load
from blockwright.recipe.settings import Settings
from blockwright.runs.history import fold
from blockwright.training import baselines
from blockwright.training.baselines import constant_baselines, linear_baselines
from blockwright.training.setup.prepare_run import output_shapes, prepare_run
from tests.training.designs import dense as image_network
from tests.training.graphs import autoencoder, dense, table, tickets


def prepared_for(design, **settings):
    read = Settings.read(settings)
    return prepare_run(design, output_shapes(design), read, load(read.data))


def regression():
    return table(10, dense("hidden", 16, "relu"), dense("progression", 1))


def test_the_most_frequent_class_is_counted_in_the_training_part():
    prepared, objectives = prepared_for(table(4, dense("kind", 3, "softmax")), data={"name": "iris"})
    (baseline,) = constant_baselines(prepared, objectives)
    answer = np.bincount(prepared.targets["kind"][prepared.train]).argmax()
    assert baseline == {
        "output": "kind",
        "model": "most_frequent_class",
        "metric": "accuracy",
        "train_examples": len(prepared.train),
        "validation": np.mean(prepared.targets["kind"][prepared.validation] == answer),
        "test": np.mean(prepared.test_targets["kind"] == answer),
    }


def test_numbers_are_compared_with_the_mean_and_with_ridge_regression():
    prepared, objectives = prepared_for(regression(), data={"name": "diabetes"})
    (mean,) = constant_baselines(prepared, objectives)
    (linear,) = linear_baselines(prepared, objectives, seed=0)
    targets = prepared.targets["progression"][prepared.train]
    assert (mean["model"], mean["metric"]) == ("mean", "mae")
    assert mean["test"] == pytest.approx(
        np.abs(prepared.test_targets["progression"] - targets.mean()).mean(), 1e-5
    )
    assert (linear["model"], linear["metric"]) == ("linear", "mae")
    assert linear["test"] < 0.8 * mean["test"]
    assert linear["validation"] < mean["validation"]


def test_a_linear_model_of_few_examples_says_how_many_it_used(monkeypatch):
    prepared, objectives = prepared_for(image_network(), data={"name": "digits"})
    monkeypatch.setattr(baselines, "MAX_WORK", 64 * 10 * 200)
    (linear,) = linear_baselines(prepared, objectives, seed=0)
    assert linear["train_examples"] == 200
    assert 0.7 < linear["test"] < 1


def test_large_images_are_averaged_before_a_linear_model_reads_them(monkeypatch):
    prepared, objectives = prepared_for(image_network(), data={"name": "digits"})
    (whole,) = linear_baselines(prepared, objectives, seed=0)
    monkeypatch.setattr(baselines, "MAX_FEATURES", 16)
    monkeypatch.setattr(baselines, "SIDE", 4)
    (averaged,) = linear_baselines(prepared, objectives, seed=0)
    assert 0.5 < averaged["test"] < whole["test"]


@pytest.mark.parametrize(
    ("design", "data"),
    [(tickets(), {"name": "tickets", "examples": 200}), (autoencoder(), {"name": "digits"})],
    ids=["text", "reconstruction"],
)
def test_what_a_linear_model_cannot_read_or_only_copies_has_none(design, data):
    prepared, objectives = prepared_for(design, data=data)
    assert len(list(constant_baselines(prepared, objectives))) == len(objectives)
    assert list(linear_baselines(prepared, objectives, seed=0)) == []


def test_a_part_without_examples_has_no_value():
    prepared, objectives = prepared_for(image_network(), data={"name": "digits"})
    prepared.validation = prepared.validation[:0]
    for baseline in (
        *constant_baselines(prepared, objectives),
        *linear_baselines(prepared, objectives, seed=0),
    ):
        assert baseline["validation"] is None
        assert baseline["test"] > 0.05


def test_tags_are_compared_with_always_or_never(home, tmp_path):
    values = np.random.default_rng(0).normal(size=(300, 3)).astype(np.float32)
    path = tmp_path / "tags.npz"
    np.savez(path, x_train=values, y_train=(values > [-1, 0.5, 2]).astype(np.uint8))
    prepared, objectives = prepared_for(
        table(3, dense("tags", 3, "sigmoid")), data={"name": "upload", "path": str(path), "task": "tags"}
    )
    (simple,) = constant_baselines(prepared, objectives)
    (linear,) = linear_baselines(prepared, objectives, seed=0)
    true = prepared.test_targets["tags"]
    assert simple["model"] == "most_frequent_tags"
    assert simple["test"] == pytest.approx(np.mean(true == [1, 0, 0]))
    assert linear["test"] > simple["test"]


def test_a_run_says_what_simple_models_reach(store):
    result = train(image_network(), dataset="digits", epochs=1)
    history = fold(store.events(result["run"]))
    assert [baseline["model"] for baseline in history.baselines] == ["most_frequent_class", "linear"]
    assert result["baselines"] == history.baselines


def test_a_failure_of_the_linear_model_leaves_the_run_alone(store, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("It cannot be fitted.")

    monkeypatch.setattr("blockwright.training.explanation.linear_baselines", fail)
    result = train(image_network(), dataset="digits", epochs=1)
    assert result["status"] == "finished"
    assert [baseline["model"] for baseline in result["baselines"]] == ["most_frequent_class"]

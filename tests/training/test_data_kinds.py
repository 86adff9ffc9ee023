"""Networks that tell more than the class of an image, trained on real data of each kind."""

import json

import numpy as np
import pytest

from blockwright import train
from blockwright.export.exporting import ExportError, export
from blockwright.network import build
from blockwright.runs.evaluation_reader import read_evaluation, read_examples, read_predictions
from blockwright.runs.files.home import run_folder
from blockwright.runs.history import fold
from blockwright.training.artifacts import load_weights
from tests.training.designs import dense as image_network
from tests.training.graphs import (
    autoencoder,
    dense,
    graph,
    node,
    reviews,
    shared,
    table,
    tickets,
)

TICKETS = {"name": "tickets", "examples": 400}
REVIEWS = {"name": "reviews", "examples": 1000}


@pytest.fixture(autouse=True)
def _home(home):
    return home


def history_of(store, result):
    return fold(store.events(result["run"]))


def test_a_table_of_flowers_is_classified(store):
    made = table(4, dense("hidden", 16, "relu"), dense("kind", 3, "softmax"))
    result = train(made, dataset="iris", epochs=20, learning_rate=0.02)
    assert result["metrics"]["test_accuracy"] > 0.85
    assert np.array(result["confusion_matrix"]).shape == (3, 3)
    assert "outputs" not in result
    started = history_of(store, result).started
    assert (started["precision"], started["outputs"][0]["loss"]) == (
        "float32",
        "sparse_categorical_crossentropy",
    )
    examples = read_examples(run_folder(result["run"]))
    assert examples.images is None
    assert len(examples.texts) == len(examples)
    assert len(examples.texts[0]) == 4
    assert read_evaluation(run_folder(result["run"]))["outputs"]["kind"]["kind"] == "classes"


@pytest.mark.parametrize("ending", ["npz", "csv"])
def test_columns_of_different_size_are_learned_from_arrays_and_from_tables(ending, tmp_path):
    small, large = np.random.default_rng(0).random((2, 600)) * [[1], [1e6]]
    path = tmp_path / f"own.{ending}"
    if ending == "npz":
        np.savez(path, x_train=np.c_[small, large], y_train=(small > 0.5).astype(int))
    else:
        rows = [f"{a:.6f},{b:.3f},{int(a > 0.5)}" for a, b in zip(small, large, strict=True)]
        path.write_text("\n".join(["a,b,y", *rows]) + "\n")
    made = table(2, dense("hidden", 16, "relu"), dense("head", 2, "softmax"))
    result = train(
        made,
        dataset=path,
        target="y" if ending == "csv" else None,
        task="classes",
        epochs=15,
        learning_rate=0.01,
    )
    assert result["metrics"]["test_accuracy"] > 0.95


def test_a_straight_line_tells_the_course_of_a_disease(store):
    result = train(table(10, dense("course", 1)), dataset="diabetes", epochs=15, learning_rate=3.0)
    metrics = result["metrics"]
    assert (metrics["accuracy"], metrics["test_accuracy"], result["confusion_matrix"]) == (None, None, None)
    report = result["outputs"]["course"]
    assert (report["kind"], report["loss"], report["target"]) == (
        "number",
        "mean_squared_error",
        "progression",
    )
    assert report["mae"] == metrics["test_mae"] < 0.8 * report["baseline_mae"]
    assert report["r2"] > 0.3
    assert sum(report["residuals"]["counts"]) == report["examples"] == len(report["points"]["true"])
    history = history_of(store, result)
    assert history.message.endswith(f"Test mean absolute error {report['mae']:.4g}.")
    epoch = history.epochs[-1]
    assert set(epoch["outputs"]["course"]) == {"mae", "val_mae"}
    assert 0 < epoch["outputs"]["course"]["mae"] < 60
    assert history.batches[-1]["outputs"]["course"]["mae"] > 0
    assert history.evaluated["outputs"]["course"]["test_mae"] == report["mae"]
    worst = read_examples(run_folder(result["run"]))
    assert list(worst.error) == sorted(worst.error, reverse=True)
    np.testing.assert_allclose(worst.error, np.abs(worst.true - worst.predicted)[:, 0], rtol=1e-5)
    assert len(worst.texts[0]) == 10
    predictions = read_predictions(run_folder(result["run"]))
    assert np.abs(predictions["true"] - predictions["predicted"]).mean() == pytest.approx(
        report["mae"], rel=1e-5
    )
    json.dumps(result, allow_nan=False)


def test_numbers_that_are_far_for_the_learning_rate_are_mentioned(store):
    result = train(table(10, dense("course", 1)), dataset="diabetes", epochs=1)
    logs = history_of(store, result).logs
    assert [log["level"] for log in logs] == ["warning"]
    assert "with a learning rate of 0.002 it takes many steps to reach them" in logs[0]["message"]


def test_tickets_with_three_inputs_and_two_outputs(store):
    sentences = []
    settings = {"outputs": {"priority": {"loss": "mean_squared_error", "weight": 3.0}}}
    result = train(
        tickets(), dataset=TICKETS, epochs=6, learning_rate=0.02, progress=sentences.append, **settings
    )
    outputs, metrics = result["outputs"], result["metrics"]
    assert list(outputs) == ["priority", "department"]
    assert outputs["priority"]["mae"] < 0.85 * outputs["priority"]["baseline_mae"]
    matrix = np.array(outputs["department"]["confusion_matrix"])
    assert outputs["department"]["test_accuracy"] > matrix.sum(axis=1).max() / matrix.sum() + 0.2
    weighted = 3 * outputs["priority"]["test_loss"] + outputs["department"]["test_loss"]
    assert metrics["test_loss"] == pytest.approx(weighted)
    # Keras counts each batch alike in the loss of an output, however few examples the last one has.
    assert metrics["loss"] == pytest.approx(
        3 * metrics["priority_loss"] + metrics["department_loss"], rel=0.1
    )
    assert {"val_priority_mae", "val_department_accuracy", "test_department_accuracy"} <= set(metrics)
    assert (metrics["accuracy"], result["confusion_matrix"]) == (None, None)
    history = history_of(store, result)
    assert [output["metric"] for output in history.started["outputs"]] == ["mae", "accuracy"]
    values = history.batches[-1]["outputs"]
    assert {name: set(logged) for name, logged in values.items()} == {
        "priority": {"loss", "mae"},
        "department": {"loss", "accuracy"},
    }
    assert history.message.startswith("Finished 6 epochs. Test: priority mean absolute error 0.")
    assert "accuracy of department" in sentences[0]
    folder = run_folder(result["run"])
    assert read_examples(folder, "department").texts[0].keys() >= {"title", "body", "tags"}
    assert read_examples(folder, "department").error is None
    assert read_examples(folder, "priority").predicted.shape[1] == 1
    json.dumps(result, allow_nan=False)


def test_what_was_learnt_from_texts_comes_back_with_the_weights(store):
    result = train(reviews(), dataset=REVIEWS, epochs=6, learning_rate=0.02)
    assert result["metrics"]["test_accuracy"] > 0.7
    steps = history_of(store, result).started["steps"]
    learnt = next(step for step in steps if "TextVectorization" in step)
    assert learnt.startswith('`TextVectorization` "words" learned ')
    assert learnt.endswith(' words from the "text" of 900 training examples.')
    folder = run_folder(result["run"])
    model = build(reviews())
    load_weights(model, folder)
    from blockwright.data.loading import load

    texts = load(REVIEWS).test.features["text"]
    import tensorflow as tf

    probabilities = np.asarray(model(tf.convert_to_tensor(texts, tf.string)))[:, 0]
    np.testing.assert_allclose(probabilities, read_predictions(folder)["probabilities"][:, 1], atol=1e-5)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_curve_for_texts(store):
    def curve(seed):
        result = train(reviews(), dataset=REVIEWS, epochs=2, seed=seed)
        return [[epoch["loss"], epoch["val_loss"]] for epoch in history_of(store, result).epochs]

    first, second, other = curve(1), curve(1), curve(2)
    np.testing.assert_allclose(first, second, rtol=1e-5)
    assert abs(first[0][0] - other[0][0]) > 1e-4


def test_an_autoencoder_gives_digits_back(store):
    result = train(autoencoder(), dataset="digits", epochs=6, learning_rate=0.01)
    report = result["outputs"]["decoded"]
    assert (report["kind"], report["loss"], report["target"]) == (
        "reconstruction",
        "binary_crossentropy",
        "image",
    )
    assert report["mae"] < 0.6 * report["baseline_mae"]
    assert report["errors"]["best"] < report["errors"]["median"] < report["errors"]["worst"]
    steps = history_of(store, result).started["steps"]
    assert '"decoded" has the shape of the input "image", so it learns to reconstruct it.' in steps
    worst = read_examples(run_folder(result["run"]))
    assert worst.images.shape == worst.reconstructions.shape == (100, 8, 8, 1)
    assert worst.images.dtype == worst.reconstructions.dtype == np.uint8
    assert list(worst.error) == sorted(worst.error, reverse=True)
    apart = np.abs(worst.images.astype(float) - worst.reconstructions).mean(axis=(1, 2, 3)) / 255
    np.testing.assert_allclose(apart, worst.error, atol=0.005)


def test_shared_weights_learn(store):
    result = train(shared(), dataset="digits", epochs=4, learning_rate=0.01)
    assert result["metrics"]["test_accuracy"] > 0.8
    started = history_of(store, result).started
    assert started["params"] == 64 * 24 + 24 + 24 * 24 + 24 + 24 * 10 + 10


def test_a_network_with_two_heads_learns_one_target_twice(store):
    nodes = [
        node("flat", "Flatten"),
        dense("hidden", 24, "relu"),
        dense("left", 10, "softmax"),
        dense("right", 10, "softmax", "hidden"),
    ]
    made = graph({"image": (8, 8, 1)}, nodes, "left", "right")
    settings = {"outputs": {"right": {"weight": 0.0}}}
    result = train(made, dataset="digits", epochs=2, learning_rate=0.01, **settings)
    metrics = result["metrics"]
    assert metrics["test_left_accuracy"] > 0.7 > 0.4 > metrics["test_right_accuracy"]
    assert [output["target"] for output in result["outputs"].values()] == ["class", "class"]


def test_one_output_of_classes_is_written_as_any_other(store):
    result = train(image_network(), epochs=1)
    on_disk = json.loads((run_folder(result["run"]) / "evaluation.json").read_text())
    assert list(on_disk["outputs"]) == ["n2"]
    assert on_disk == read_evaluation(run_folder(result["run"]))
    assert on_disk["outputs"]["n2"]["confusion_matrix"] == result["confusion_matrix"]
    assert on_disk["outputs"]["n2"]["test_accuracy"] == result["metrics"]["test_accuracy"]
    assert set(history_of(store, result).epochs[-1]) == {
        "epoch",
        "loss",
        "val_loss",
        "outputs",
        "seconds",
        "examples_per_second",
    }


def test_a_network_that_learnt_words_is_exported_with_them_and_never_without(store):
    result = train(reviews(), dataset=REVIEWS, epochs=1)
    made = export(result["run"], "keras_plain")
    assert made["difference"] <= made["tolerance"]
    assert made["run"]["same_class"] == made["run"]["examples"] > 50
    with pytest.raises(ExportError, match="which a file of weights does not contain"):
        export(result["run"], "weights")

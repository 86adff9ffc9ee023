"""Several tags per example, trained for real."""

import json

import numpy as np
import pytest

from blockwright import train
from blockwright.runs.evaluation_reader import read_evaluation, read_examples, read_predictions
from blockwright.runs.files.home import run_folder
from blockwright.runs.history import fold
from blockwright.schema.data.errors import DataError
from tests.training.graphs import branch, dense, graph, node, table

TOPICS = ("billing", "login", "slow app")


@pytest.fixture(autouse=True)
def _home(home):
    return home


def numbers():
    values = np.random.default_rng(0).normal(size=(300, 3)).astype(np.float32)
    return values, (values > 0).astype(np.uint8)


def network(units=3, activation="sigmoid"):
    return table(3, dense("hidden", 24, "relu"), dense("topics", units, activation))


def write_csv(path):
    values, tags = numbers()
    rows = [
        f"{','.join(f'{value:.5f}' for value in row)},{';'.join(np.array(TOPICS)[present.astype(bool)])}"
        for row, present in zip(values, tags, strict=True)
    ]
    path.write_text("\n".join(["a,b,c,topics", *rows]) + "\n", encoding="utf-8")
    return path


@pytest.mark.slow
def test_a_table_with_a_column_of_tags_is_learnt_and_reported_tag_by_tag(store, tmp_path):
    sentences = []
    result = train(
        network(),
        dataset=write_csv(tmp_path / "own.csv"),
        target="topics",
        epochs=25,
        learning_rate=0.02,
        progress=sentences.append,
    )
    metrics, report = result["metrics"], result["outputs"]["topics"]
    assert (result["status"], result["confusion_matrix"]) == ("finished", None)
    assert (report["kind"], report["loss"], report["target"]) == ("tags", "binary_crossentropy", "topics")
    assert report["class_names"] == list(TOPICS)
    assert metrics["test_accuracy"] == report["test_accuracy"] > 0.93
    assert metrics["test_loss"] == pytest.approx(report["test_loss"])
    folder = run_folder(result["run"])
    predictions = read_predictions(folder)
    assert predictions["true"].shape == predictions["predicted"].shape == (60, 3)
    right = (predictions["predicted"] >= 0.5) == (predictions["true"] == 1)
    assert report["test_accuracy"] == pytest.approx(right.mean())
    assert report["exact"] == pytest.approx(right.all(axis=1).mean())
    for index, row in enumerate(report["tags"]):
        predicted, true = predictions["predicted"][:, index] >= 0.5, predictions["true"][:, index] == 1
        assert (row["tag"], row["support"], row["predicted"]) == (TOPICS[index], true.sum(), predicted.sum())
        assert row["precision"] == pytest.approx((predicted & true).sum() / predicted.sum())
        assert row["recall"] == pytest.approx((predicted & true).sum() / true.sum())
    # Cross-entropy by hand, over every tag of every example.
    shares = np.clip(predictions["predicted"], 1e-7, 1 - 1e-7)
    by_hand = -np.mean(np.where(predictions["true"] == 1, np.log(shares), np.log(1 - shares)))
    assert report["test_loss"] == pytest.approx(by_hand, rel=1e-3)
    worst = read_examples(folder)
    assert list(worst.error) == sorted(worst.error, reverse=True)
    assert set(worst.texts[0]) == {"a", "b", "c"}
    history = fold(store.events(result["run"]))
    assert history.message == f"Finished 25 epochs. Test accuracy {report['test_accuracy']:.1%} of all tags."
    assert history.started["outputs"][0]["kind"] == "tags"
    assert history.epochs[-1]["outputs"]["topics"]["accuracy"] > 0.9
    assert "accuracy" in sentences[-1]
    json.dumps(result, allow_nan=False)


@pytest.mark.slow
def test_an_npz_file_with_a_matrix_of_0_and_1_is_learnt_from_scores_as_well(tmp_path):
    values, tags = numbers()
    np.savez(tmp_path / "own.npz", x_train=values, y_train=tags)
    result = train(network(activation=None), dataset=tmp_path / "own.npz", epochs=25, learning_rate=0.02)
    report = read_evaluation(run_folder(result["run"]))["outputs"]["topics"]
    assert report["test_accuracy"] > 0.93
    assert read_predictions(run_folder(result["run"]))["predicted"].min() >= 0


@pytest.mark.slow
def test_an_npz_file_of_several_outputs_is_learnt_by_their_names(tmp_path):
    values, tags = numbers()
    np.savez(
        tmp_path / "own.npz",
        x_train=values,
        y_train_price=values.sum(axis=1) / 4,
        y_train_topics=tags,
        y_train_sign=tags[:, 0],
    )
    made = graph(
        {"values": (3,)},
        [
            dense("hidden", 24, "relu"),
            dense("topics", 3, "sigmoid", "hidden"),
            dense("sign", 2, "softmax", "hidden"),
            dense("price", 1, None, "hidden"),
        ],
        "topics",
        "sign",
        "price",
    )
    outputs = train(made, dataset=tmp_path / "own.npz", epochs=25, learning_rate=0.02)["outputs"]
    assert {name: output["kind"] for name, output in outputs.items()} == {
        "topics": "tags",
        "sign": "classes",
        "price": "number",
    }
    assert outputs["topics"]["test_accuracy"] > 0.9
    assert np.array(outputs["sign"]["confusion_matrix"]).sum() == 60
    assert outputs["price"]["mae"] < 0.5 * outputs["price"]["baseline_mae"]


def test_the_tags_of_tickets_are_told_from_their_texts():
    nodes = [
        *branch("t", "title"),
        *branch("b", "body"),
        node("all", "Concatenate", "t", "b"),
        dense("labels", 12, "sigmoid"),
    ]
    made = graph({"title": ("text",), "body": ("text",)}, nodes)
    settings = {"outputs": {"labels": {"target": "tags"}}}
    data = {"name": "tickets", "examples": 400}
    report = train(made, dataset=data, epochs=10, learning_rate=0.02, schedule="constant", **settings)[
        "outputs"
    ]["labels"]
    always_none = 1 - sum(row["support"] for row in report["tags"]) / (12 * report["examples"])
    assert (report["kind"], report["target"], len(report["tags"])) == ("tags", "tags", 12)
    assert report["test_accuracy"] > always_none + 0.03


def test_a_file_that_is_not_there_is_said_with_its_path(tmp_path):
    with pytest.raises(DataError) as refused:
        train(network(), dataset=tmp_path / "gone.csv", target="topics")
    assert str(refused.value).startswith(
        f"There is no file {tmp_path / 'gone.csv'}. Check the path, or name a data set"
    )
    with pytest.raises(DataError, match=r"is a folder\. Give the path of a file"):
        train(network(), dataset=tmp_path)

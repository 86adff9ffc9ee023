import json

import numpy as np
import pytest

from blockwright.evaluation.numbers import histogram, number_report
from blockwright.evaluation.predictions_by_output import Answers
from blockwright.evaluation.reconstruction import reconstruction_report
from blockwright.evaluation.save import evaluated_event, write_outputs
from blockwright.evaluation.shown_examples import LONGEST, MOST_COLUMNS, Shown
from blockwright.evaluation.summary import sentence
from blockwright.evaluation.tags import tag_report
from blockwright.runs.evaluation_reader import (
    file_name,
    read_evaluation,
    read_examples,
    read_predictions,
    read_worst,
)
from blockwright.schema.features import Feature

TEXTS = np.array([["One."], ["Two " * 200], ["Three."], ["Four."]], dtype=object)
FEATURES = (
    Feature(name="title", kind="text", shape=(1,), dtype="string"),
    Feature(name="sizes", kind="vector", shape=(2,), columns=("long", "wide"), units=("cm", "")),
    Feature(name="topics", kind="tags", shape=(3,), choices=("a", "b", "c")),
)
ARRAYS = {
    "title": TEXTS,
    "sizes": np.array([[1.5, 2], [3, 4], [5, 6], [7, 8]], np.float32),
    "topics": np.array([[1, 0, 1], [0, 0, 0], [0, 1, 0], [1, 1, 1]], np.float32),
}
SHOWN = Shown.of(FEATURES, ARRAYS)
NUMBER = np.array([[1.0], [2.0], [3.0], [10.0]], np.float32)


def answers(kind="number", values=NUMBER, true=NUMBER + 1, output="price", weight=1.0, **more):
    names = more.pop("names", ())
    return Answers(output, kind, "target", names, "EUR", "huber", weight, 0.5, values, true, **more)


def test_errors_of_numbers_are_in_their_own_unit():
    true = np.array([[0.0], [2.0], [4.0]])
    predicted = np.array([[1.0], [2.0], [1.0]])
    report = number_report(true, predicted, "EUR", np.array([2.0]))
    assert {key: report[key] for key in ("mae", "median_error", "bias", "baseline_mae", "unit")} == {
        "mae": pytest.approx(4 / 3),
        "median_error": 1.0,
        "bias": pytest.approx(-2 / 3),
        "baseline_mae": pytest.approx(4 / 3),
        "unit": "EUR",
    }
    assert report["rmse"] == pytest.approx(np.sqrt(10 / 3))
    assert report["r2"] == pytest.approx(1 - 10 / 8)
    assert report["points"] == {"index": [0, 1, 2], "true": [0.0, 2.0, 4.0], "predicted": [1.0, 2.0, 1.0]}
    assert sum(report["residuals"]["counts"]) == 3


def test_numbers_that_are_all_the_same_have_no_explained_variance():
    assert number_report(np.ones((3, 1)), np.zeros((3, 1)))["r2"] is None


def test_points_are_bounded_and_know_their_example():
    true = np.arange(9000.0).reshape(3000, 3)
    points = number_report(true, true)["points"]
    assert len(points["true"]) == 2000
    assert [index for index, value in zip(points["index"], points["true"], strict=True)] == [
        int(value // 3) for value in points["true"]
    ]


def test_a_histogram_leaves_out_what_is_no_number():
    found = histogram(np.array([0.0, 1.0, np.nan, np.inf]))
    assert (sum(found["counts"]), len(found["edges"])) == (2, len(found["counts"]) + 1)
    assert histogram(np.array([np.nan])) == {"edges": [], "counts": []}


@pytest.mark.parametrize("shift", [0.0, 0.3, -2.0, 5.0])
def test_a_histogram_of_errors_parts_too_little_from_too_much(shift):
    values = np.random.default_rng(3).normal(size=500) + shift
    found = histogram(values, signed=True)
    edges, counts = np.array(found["edges"]), np.array(found["counts"])
    assert counts.sum() == 500
    assert len(edges) == len(counts) + 1 <= 42
    if values.min() < 0 < values.max():
        assert counts[edges[:-1] < -1e-12].sum() == (values < 0).sum()


def test_each_tag_has_its_own_scores():
    true = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0]])
    shares = np.array([[0.9, 0.6, 0.1], [0.4, 0.7, 0.2], [0.1, 0.9, 0.3]])
    report = tag_report(true, shares, ("x", "y", "z"))
    assert report["tags"] == [
        {
            "tag": "x",
            "precision": 1.0,
            "recall": 0.5,
            "f1": pytest.approx(2 / 3),
            "support": 2,
            "predicted": 1,
        },
        {
            "tag": "y",
            "precision": pytest.approx(2 / 3),
            "recall": 1.0,
            "f1": pytest.approx(0.8),
            "support": 2,
            "predicted": 3,
        },
        {"tag": "z", "precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 0, "predicted": 0},
    ]
    assert report["test_accuracy"] == pytest.approx(7 / 9)
    assert report["exact"] == pytest.approx(1 / 3)
    assert report["averages"]["micro"]["precision"] == pytest.approx(3 / 4)


def test_a_reconstruction_is_compared_with_giving_the_mean():
    true = np.array([[0.0, 0.0], [1.0, 1.0]], np.float32)
    report = reconstruction_report(true, np.array([[0.1, 0.1], [1.0, 0.6]], np.float32))
    assert report["mae"] == pytest.approx(0.15)
    assert report["baseline_mae"] == 0.5
    assert (report["errors"]["best"], report["errors"]["worst"]) == pytest.approx((0.1, 0.2))


def test_examples_are_shown_as_text_under_their_names():
    columns, rows = SHOWN.texts(np.array([0, 1]))
    assert columns == ["title", "long", "wide", "topics"]
    assert rows[0] == ["One.", "1.5 cm", "2", "a, c"]
    assert len(rows[1][0]) == LONGEST
    assert rows[1][0].endswith("…")
    assert rows[1][3] == ""


def test_vectors_without_names_show_their_first_values_and_tables_their_first_columns():
    plain = Feature(name="values", kind="vector", shape=(20,))
    shown = Shown.of((plain,), {"values": np.zeros((2, 20), np.float32)})
    assert shown.texts(np.array([0]))[1] == [[" ".join(["0"] * 16) + " …"]]
    wide = Feature(name="wide", kind="vector", shape=(99,), columns=tuple(f"c{n}" for n in range(99)))
    shown = Shown.of((wide,), {"wide": np.zeros((2, 99), np.float32)})
    assert len(shown.texts(np.array([0]))[0]) == MOST_COLUMNS


def test_one_number_is_written_and_read_again(tmp_path):
    document = write_outputs(tmp_path, [answers(true=np.array([[1.0], [4.0], [3.5], [10.1]]))], SHOWN)
    assert read_evaluation(tmp_path) == json.loads(json.dumps(document))
    assert (document["test_accuracy"], document["confusion_matrix"]) == (None, None)
    assert document["test_mae"] == document["outputs"]["price"]["mae"] == pytest.approx(0.65)
    assert evaluated_event(document) == {
        "test_loss": 0.5,
        "test_accuracy": None,
        "examples": 4,
        "test_mae": document["test_mae"],
    }
    assert sentence(document) == "Test mean absolute error 0.65 EUR."
    worst = read_worst(tmp_path)
    assert worst.index.tolist() == [1, 2, 3, 0]
    np.testing.assert_allclose(worst.error, [2.0, 0.5, 0.1, 0.0], atol=1e-6)
    assert worst.texts[1] == {"title": "Three.", "long": "5 cm", "wide": "6", "topics": "b"}
    assert read_predictions(tmp_path)["predicted"].shape == (4, 1)
    assert read_examples(tmp_path) is None


def test_several_outputs_have_files_and_metrics_each(tmp_path):
    shares = np.array([[0.9, 0.2], [0.1, 0.8], [0.6, 0.6], [0.5, 0.4]], np.float32)
    true = (shares > 0.55).astype(np.float32)
    classes = np.array([[0.1, 0.9]] * 4, np.float32)
    every = [
        answers(weight=2.0),
        answers("tags", shares, true, "a/b", names=("x", "y")),
        answers("classes", classes, np.array([1, 1, 1, 0]), "kind", names=("no", "yes")),
    ]
    document = write_outputs(tmp_path, every, SHOWN)
    assert document["test_loss"] == pytest.approx(2 * 0.5 + 0.5 + 0.5)
    assert document["metrics"] == {
        "test_price_loss": 0.5,
        "test_price_mae": 1.0,
        "test_a/b_loss": 0.5,
        "test_a/b_accuracy": pytest.approx(7 / 8),
        "test_kind_loss": 0.5,
        "test_kind_accuracy": 0.75,
    }
    assert sentence(document) == (
        "Test: price mean absolute error 1 EUR, a/b accuracy 87.5% of all tags, kind accuracy 75.0%."
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "evaluation.json",
        *[f"mistakes-{n}.npz" for n in (1, 2, 3)],
        *[f"predictions-{n}.npz" for n in (1, 2, 3)],
    ]
    worst = read_worst(tmp_path, "a/b")
    assert worst.index[0] == 3
    assert worst.error.tolist() == [1.0, 0.0, 0.0, 0.0]
    kept = read_examples(tmp_path, "kind")
    assert kept.index[0] == 3
    assert kept.mistakes().texts[0]["title"] == "Four."
    assert read_predictions(tmp_path, "a/b")["predicted"].shape == (4, 2)


def test_what_was_given_back_keeps_both_pictures_of_the_worst_and_the_best(tmp_path):
    generator = np.random.default_rng(0)
    true = generator.random((300, 4, 4, 1)).astype(np.float32)
    strength = np.linspace(0, 1, 300, dtype=np.float32).reshape(-1, 1, 1, 1)
    given = true * (1 - strength)
    image = Feature(name="image", kind="image", shape=(4, 4, 1))
    shown = Shown.of((image,), {"image": (true * 255).astype(np.uint8)})
    document = write_outputs(tmp_path, [answers("reconstruction", given, true, "decoded")], shown)
    assert sentence(document).startswith("Test mean absolute error 0.")
    worst = read_worst(tmp_path)
    assert len(worst) == 100
    assert list(worst.error) == sorted(worst.error, reverse=True)
    assert worst.images.shape == worst.reconstructions.shape == (100, 4, 4, 1)
    assert np.array_equal(worst.images[-1], worst.reconstructions[-1])
    assert read_predictions(tmp_path).keys() == {"error"}


def test_runs_of_before_outputs_had_names_are_read_as_one(tmp_path):
    old = {
        "test_loss": 0.1,
        "test_accuracy": 0.9,
        "examples": 5,
        "class_names": ["a"],
        "confusion_matrix": [[5]],
    }
    (tmp_path / "evaluation.json").write_text(json.dumps(old))
    assert read_evaluation(tmp_path)["outputs"]["output"]["test_accuracy"] == 0.9
    (tmp_path / "design.json").write_text(json.dumps({"nodes": [{"id": "head"}]}))
    assert read_evaluation(tmp_path)["outputs"]["head"] == {
        "kind": "classes",
        "target": "class",
        "loss": None,
        "weight": 1.0,
        **old,
    }


def test_files_are_named_by_place_never_by_what_people_typed():
    assert file_name("mistakes.npz", 0, 1) == "mistakes.npz"
    assert file_name("mistakes.npz", 1, 3) == "mistakes-2.npz"


@pytest.mark.parametrize("content", [b"", b"{", b"PK\x03\x04 broken", b"[1]"])
def test_damaged_files_are_said_to_be_damaged(tmp_path, content):
    (tmp_path / "evaluation.json").write_bytes(content)
    with pytest.raises(ValueError, match="cannot be read"):
        read_worst(tmp_path)

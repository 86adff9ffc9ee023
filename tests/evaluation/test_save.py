import json

import numpy as np
import pytest

from blockwright.evaluation.display import DisplayExamples
from blockwright.evaluation.output_predictions import OutputPredictions
from blockwright.evaluation.save import save_evaluation
from blockwright.evaluation.summary import evaluated_event, sentence
from blockwright.runs.evaluation_reader import read_evaluation, read_examples, read_predictions
from blockwright.schema.data.features import Feature
from tests.evaluation.text_features import DISPLAY

NUMBER = np.array([[1.0], [2.0], [3.0], [10.0]], np.float32)


def predictions(kind="number", values=NUMBER, true=NUMBER + 1, output="price", weight=1.0, **more):
    names = more.pop("names", ())
    return OutputPredictions(output, kind, "target", names, "EUR", "huber", weight, 0.5, values, true, **more)


def test_one_number_is_written_and_read_again(tmp_path):
    document = save_evaluation(tmp_path, [predictions(true=np.array([[1.0], [4.0], [3.5], [10.1]]))], DISPLAY)
    assert read_evaluation(tmp_path) == json.loads(json.dumps(document))
    assert document["outputs"]["price"]["mae"] == pytest.approx(0.65)
    assert evaluated_event(document) == {
        "test_loss": 0.5,
        "examples": 4,
        "outputs": {"price": {"test_loss": 0.5, "test_mae": document["outputs"]["price"]["mae"]}},
    }
    assert sentence(document) == "Test mean absolute error 0.65 EUR."
    worst = read_examples(tmp_path)
    assert worst.index.tolist() == [1, 2, 3, 0]
    np.testing.assert_allclose(worst.error, [2.0, 0.5, 0.1, 0.0], atol=1e-6)
    assert worst.texts[1] == {"title": "Three.", "long": "5 cm", "wide": "6", "topics": "b"}
    assert read_predictions(tmp_path)["predicted"].shape == (4, 1)
    assert worst.confidence is None


def test_several_outputs_have_files_and_metrics_each(tmp_path):
    shares = np.array([[0.9, 0.2], [0.1, 0.8], [0.6, 0.6], [0.5, 0.4]], np.float32)
    true = (shares > 0.55).astype(np.float32)
    classes = np.array([[0.1, 0.9]] * 4, np.float32)
    every = [
        predictions(weight=2.0),
        predictions("tags", shares, true, "a/b", names=("x", "y")),
        predictions("classes", classes, np.array([1, 1, 1, 0]), "kind", names=("no", "yes")),
    ]
    document = save_evaluation(tmp_path, every, DISPLAY)
    assert document["test_loss"] == pytest.approx(2 * 0.5 + 0.5 + 0.5)
    assert evaluated_event(document)["outputs"] == {
        "price": {"test_loss": 0.5, "test_mae": 1.0},
        "a/b": {"test_loss": 0.5, "test_accuracy": pytest.approx(7 / 8)},
        "kind": {"test_loss": 0.5, "test_accuracy": 0.75},
    }
    assert sentence(document) == (
        "Test: price mean absolute error 1 EUR, a/b accuracy 87.5% of all tags, kind accuracy 75.0%."
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "evaluation.json",
        *[f"mistakes-{n}.npz" for n in (1, 2, 3)],
        *[f"predictions-{n}.npz" for n in (1, 2, 3)],
    ]
    worst = read_examples(tmp_path, "a/b")
    assert worst.index[0] == 3
    assert worst.error.tolist() == [1.0, 0.0, 0.0, 0.0]
    examples = read_examples(tmp_path, "kind")
    assert examples.index[0] == 3
    assert examples.texts[0]["title"] == "Four."
    assert read_predictions(tmp_path, "a/b")["predicted"].shape == (4, 2)


def test_what_layers_add_belongs_to_the_whole_loss_and_to_that_of_an_only_output(tmp_path):
    only = save_evaluation(tmp_path, [predictions()], DISPLAY, penalty=0.25)
    assert (only["test_loss"], only["outputs"]["price"]["test_loss"]) == (0.75, 0.75)
    both = save_evaluation(
        tmp_path, [predictions(weight=0.5), predictions(output="cost")], DISPLAY, penalty=0.25
    )
    assert both["test_loss"] == 0.25 + 0.5 + 0.25
    assert [report["test_loss"] for report in both["outputs"].values()] == [0.5, 0.5]


def test_reconstructions_keep_both_pictures_of_the_worst_and_the_best(tmp_path):
    generator = np.random.default_rng(0)
    true = generator.random((300, 4, 4, 1)).astype(np.float32)
    strength = np.linspace(0, 1, 300, dtype=np.float32).reshape(-1, 1, 1, 1)
    reconstructed = true * (1 - strength)
    image = Feature(name="image", kind="image", shape=(4, 4, 1))
    shown = DisplayExamples.of((image,), {"image": (true * 255).astype(np.uint8)})
    document = save_evaluation(
        tmp_path, [predictions("reconstruction", reconstructed, true, "decoded")], shown
    )
    assert sentence(document).startswith("Test mean absolute error 0.")
    worst = read_examples(tmp_path)
    assert len(worst) == 100
    assert list(worst.error) == sorted(worst.error, reverse=True)
    assert worst.images.shape == worst.reconstructions.shape == (100, 4, 4, 1)
    assert np.array_equal(worst.images[-1], worst.reconstructions[-1])
    assert read_predictions(tmp_path).keys() == {"error"}

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix as reference

from blockwright.evaluation.classification import (
    PER_CORRECT_CELL,
    choose_examples,
    confusion_matrix,
    predicted_classes,
)
from blockwright.evaluation.display import DisplayExamples
from blockwright.evaluation.evaluator import WORST
from blockwright.evaluation.output_predictions import OutputPredictions
from blockwright.evaluation.save import save_evaluation
from blockwright.runs.evaluation_reader import read_evaluation, read_examples, read_predictions

NAMES = ("ant", "bee", "cat")
TRUE = np.array([0, 0, 1, 1, 2, 2], dtype=np.int32)
PROBABILITIES = np.array(
    [[0.8, 0.1, 0.1], [0.3, 0.6, 0.1], [0.0, 1.0, 0.0], [0.2, 0.7, 0.1], [0.95, 0.05, 0.0], [0.1, 0.2, 0.7]],
    np.float32,
)


def write_evaluation(folder, probabilities, true, images, names, test_loss):
    loss = "sparse_categorical_crossentropy"
    predictions = OutputPredictions(
        "head", "classes", "class", names, "", loss, 1.0, test_loss, probabilities, true
    )
    display = DisplayExamples(images if images.ndim == 4 else None)
    return save_evaluation(folder, [predictions], display)["outputs"]["head"]


def test_rows_are_true_and_columns_predicted():
    matrix = confusion_matrix(TRUE, predicted_classes(PROBABILITIES), 3)
    assert matrix.tolist() == [[1, 1, 0], [0, 2, 0], [1, 0, 1]]
    assert np.array_equal(matrix, reference(TRUE, predicted_classes(PROBABILITIES)))


def test_the_most_confident_mistakes_come_first_then_the_least_confident_correct_ones():
    assert choose_examples(PROBABILITIES, TRUE).tolist() == [4, 1, 3, 5, 0, 2]


def test_every_cell_keeps_some_and_all_is_bounded():
    generator = np.random.default_rng(0)
    true = generator.integers(0, 5, 5000)
    probabilities = generator.dirichlet(np.ones(5), 5000).astype(np.float32)
    predicted, confidence = predicted_classes(probabilities), probabilities.max(axis=1)
    chosen = choose_examples(probabilities, true)
    cells = set(zip(true[chosen], predicted[chosen], strict=True))
    assert len(cells) == 25
    wrong = true[chosen] != predicted[chosen]
    assert WORST <= wrong.sum() <= WORST + 20 * 8
    assert (~wrong).sum() == 5 * PER_CORRECT_CELL
    worst = np.sort(confidence[true != predicted])[::-1][:WORST]
    np.testing.assert_array_equal(confidence[chosen[:WORST]], worst)
    assert len(choose_examples(probabilities, true, bytes_each=1_000_000)) == 32


def test_what_is_written_is_read_again(tmp_path):
    images = np.random.default_rng(0).integers(0, 255, (6, 4, 4, 3)).astype(np.uint8)
    document = write_evaluation(tmp_path, PROBABILITIES, TRUE, images, NAMES, 0.5)
    assert read_evaluation(tmp_path)["outputs"]["head"] == document
    assert document["confusion_matrix"] == [[1, 1, 0], [0, 2, 0], [1, 0, 1]]
    assert (document["test_loss"], document["test_accuracy"], document["examples"]) == (0.5, 4 / 6, 6)
    assert document["report"][1] == {
        "class": "bee",
        "precision": pytest.approx(2 / 3),
        "recall": 1.0,
        "f1": pytest.approx(0.8),
        "support": 2,
    }
    assert document["averages"]["macro"]["recall"] == pytest.approx(2 / 3)
    examples = read_examples(tmp_path)
    assert examples.index.tolist() == [4, 1, 3, 5, 0, 2]
    assert np.array_equal(examples.images, images[examples.index])
    assert examples.index[examples.true != examples.predicted].tolist() == [4, 1]
    assert examples.confidence[0] == pytest.approx(0.95)
    assert np.array_equal(read_predictions(tmp_path)["probabilities"], PROBABILITIES)


def test_a_class_without_examples_or_predictions_has_zeros(tmp_path):
    write_evaluation(tmp_path, PROBABILITIES, TRUE, np.zeros((6, 2)), NAMES, 0.1)
    assert read_examples(tmp_path).images is None
    probabilities = np.array([[1, 0, 0]] * 3, np.float32)
    document = write_evaluation(tmp_path, probabilities, np.array([0, 1, 1]), np.zeros((3, 2)), NAMES, 0.1)
    assert document["report"][2] == {"class": "cat", "precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 0}


def test_float_images_are_kept_as_bytes(tmp_path):
    images = np.linspace(-1, 1, 6 * 4, dtype=np.float32).reshape(6, 2, 2, 1)
    write_evaluation(tmp_path, PROBABILITIES, TRUE, images, NAMES, 0.1)
    shown = read_examples(tmp_path).images
    assert shown.dtype == np.uint8
    assert (shown.min(), shown.max()) == (0, 255)


def test_thousands_of_classes_leave_the_matrix_out(tmp_path):
    names = tuple(str(number) for number in range(1500))
    probabilities = np.eye(1500, dtype=np.float32)[:20]
    report = write_evaluation(tmp_path, probabilities, np.arange(20), np.zeros((20, 2)), names, 0.1)
    assert report["confusion_matrix"] is None

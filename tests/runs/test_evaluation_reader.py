import numpy as np
import pytest
from sklearn.metrics import confusion_matrix as reference

from blockwright.evaluation.confusion import confusion_matrix
from blockwright.evaluation.example_selection import EACH_RIGHT_CELL, WORST, choose_examples
from blockwright.evaluation.predictions import Predictions
from blockwright.evaluation.predictions_by_output import Answers
from blockwright.evaluation.save import write_outputs
from blockwright.evaluation.shown_examples import Shown
from blockwright.runs.evaluation_reader import read_evaluation, read_examples, read_predictions

NAMES = ("ant", "bee", "cat")
TRUE = np.array([0, 0, 1, 1, 2, 2], dtype=np.int32)
PROBABILITIES = np.array(
    [[0.8, 0.1, 0.1], [0.3, 0.6, 0.1], [0.0, 1.0, 0.0], [0.2, 0.7, 0.1], [0.95, 0.05, 0.0], [0.1, 0.2, 0.7]],
    np.float32,
)
PREDICTIONS = Predictions(PROBABILITIES, TRUE)


def write_evaluation(folder, predictions, images, names, test_loss):
    loss = "sparse_categorical_crossentropy"
    said = predictions.probabilities
    answers = Answers("head", "classes", "class", names, "", loss, 1.0, test_loss, said, predictions.true)
    return write_outputs(folder, [answers], Shown(images if images.ndim == 4 else None))


def test_rows_are_true_and_columns_predicted():
    matrix = confusion_matrix(TRUE, PREDICTIONS.predicted, 3)
    assert matrix.tolist() == [[1, 1, 0], [0, 2, 0], [1, 0, 1]]
    assert np.array_equal(matrix, reference(TRUE, PREDICTIONS.predicted))


def test_mistakes_come_first_the_surest_foremost_then_unsure_right_answers():
    assert choose_examples(PREDICTIONS).tolist() == [4, 1, 3, 5, 0, 2]


def test_every_cell_keeps_some_and_all_is_bounded():
    generator = np.random.default_rng(0)
    true = generator.integers(0, 5, 5000)
    predictions = Predictions(generator.dirichlet(np.ones(5), 5000).astype(np.float32), true)
    chosen = choose_examples(predictions)
    cells = set(zip(true[chosen], predictions.predicted[chosen], strict=True))
    assert len(cells) == 25
    wrong = true[chosen] != predictions.predicted[chosen]
    assert WORST <= wrong.sum() <= WORST + 20 * 8
    assert (~wrong).sum() == 5 * EACH_RIGHT_CELL
    worst = np.sort(predictions.confidence[true != predictions.predicted])[::-1][:WORST]
    np.testing.assert_array_equal(predictions.confidence[chosen[:WORST]], worst)
    assert len(choose_examples(predictions, bytes_each=1_000_000)) == 32


def test_what_is_written_is_read_again(tmp_path):
    images = np.random.default_rng(0).integers(0, 255, (6, 4, 4, 3)).astype(np.uint8)
    document = write_evaluation(tmp_path, PREDICTIONS, images, NAMES, 0.5)
    assert read_evaluation(tmp_path) == document
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
    kept = read_examples(tmp_path)
    assert kept.index.tolist() == [4, 1, 3, 5, 0, 2]
    assert np.array_equal(kept.images, images[kept.index])
    assert kept.mistakes().index.tolist() == [4, 1]
    assert kept.mistakes(1).confidence.tolist() == pytest.approx([0.95])
    assert kept.cell(1, 1).index.tolist() == [3, 2]
    assert len(kept.cell(1, 2)) == 0
    assert np.array_equal(read_predictions(tmp_path)["probabilities"], PROBABILITIES)


def test_a_class_without_examples_or_predictions_has_zeros(tmp_path):
    document = write_evaluation(tmp_path, PREDICTIONS, np.zeros((6, 2)), (*NAMES, "dog")[:3], 0.1)
    assert read_examples(tmp_path).images is None
    lonely = Predictions(np.array([[1, 0, 0]] * 3, np.float32), np.array([0, 1, 1]))
    document = write_evaluation(tmp_path, lonely, np.zeros((3, 2)), NAMES, 0.1)
    assert document["report"][2] == {"class": "cat", "precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 0}


def test_float_images_are_kept_as_bytes(tmp_path):
    images = np.linspace(-1, 1, 6 * 4, dtype=np.float32).reshape(6, 2, 2, 1)
    write_evaluation(tmp_path, PREDICTIONS, images, NAMES, 0.1)
    kept = read_examples(tmp_path).images
    assert kept.dtype == np.uint8
    assert (kept.min(), kept.max()) == (0, 255)


def test_thousands_of_classes_leave_the_matrix_out(tmp_path):
    names = tuple(str(number) for number in range(1500))
    many = Predictions(np.eye(1500, dtype=np.float32)[:20], np.arange(20))
    assert write_evaluation(tmp_path, many, np.zeros((20, 2)), names, 0.1)["confusion_matrix"] is None


def test_a_run_without_evaluation_reads_as_none(tmp_path):
    assert read_evaluation(tmp_path) is None
    assert read_examples(tmp_path) is None
    assert read_predictions(tmp_path) is None


@pytest.mark.parametrize("content", [b"", b"{", b"PK\x03\x04 broken", b"\xff\xfe"])
def test_damaged_files_are_said_to_be_damaged(tmp_path, content):
    for name in ("evaluation.json", "mistakes.npz", "predictions.npz"):
        (tmp_path / name).write_bytes(content)
    for read in (read_evaluation, read_examples, read_predictions):
        with pytest.raises(ValueError, match="cannot be read"):
            read(tmp_path)

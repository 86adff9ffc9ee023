import numpy as np
import pytest

from blockwright.data.loading import load
from blockwright.data.prepare import prepare_design
from blockwright.data.prepared import Prepared
from blockwright.recipe.settings import Settings
from blockwright.schema.data.errors import DataError
from blockwright.schema.design import Input

DIGITS = load("digits")
LABELS = DIGITS.y_train
TOTAL = len(LABELS)


def prepare(dataset=DIGITS, **settings) -> Prepared:
    shape = dataset.card.shape
    return prepare_design(
        dataset, [Input(id="image", shape=shape)], {"head": (10,)}, settings=Settings(**settings)
    )


def test_a_share_keeps_the_validation_part_and_the_classes():
    whole, part = prepare(), prepare(train_share=0.25)
    assert part.validation.tolist() == whole.validation.tolist()
    assert len(part.train) == len(whole.train) // 4
    assert set(part.train) < set(whole.train)
    counts = np.bincount(LABELS[part.train]) * 4 / np.bincount(LABELS[whole.train])
    assert counts.min() > 0.9
    assert counts.max() < 1.1
    assert prepare(train_share=0.25).train.tolist() == part.train.tolist()
    assert prepare(train_share=0.25, seed=1).train.tolist() != part.train.tolist()


def test_a_share_without_examples_of_a_class_says_so():
    notes = " ".join(prepare(train_share=0.003).notes)
    assert "No training example is left of" in notes


def test_the_first_examples_validate():
    prepared = prepare(validation="first", validation_examples=100)
    assert prepared.validation.tolist() == list(range(100))
    assert prepared.train.tolist() == list(range(100, TOTAL))


def test_more_first_examples_than_there_are_are_refused():
    with pytest.raises(DataError, match=f"only {TOTAL:,} training examples"):
        prepare(validation="first", validation_examples=TOTAL)


def test_the_test_part_validates():
    prepared = prepare(validation="test")
    inputs, targets, rows = prepared.part("validation")
    assert inputs is prepared.test_inputs
    assert targets is prepared.test_targets
    assert (len(rows), len(prepared.train)) == (len(DIGITS.y_test), TOTAL)


def test_without_a_validation_part_everything_trains():
    prepared = prepare(validation="none")
    assert (len(prepared.train), len(prepared.validation)) == (TOTAL, 0)


def test_a_validation_part_of_the_file(tmp_path):
    path = tmp_path / "data.npz"
    x, y = np.arange(40, dtype=np.float32).reshape(20, 2), np.arange(20) % 2
    np.savez(path, x_train=x, y_train=y, x_val=x[:4] + 100, y_val=y[:4])
    dataset = load({"name": "upload", "path": str(path)})
    assert (dataset.card.train_examples, dataset.card.validation_examples) == (16, 4)
    settings = Settings(validation="file", scaling="none")
    prepared = prepare_design(dataset, [Input(id="x", shape=(2,))], {"head": (2,)}, settings=settings)
    inputs, targets, rows = prepared.part("validation")
    assert inputs["x"][rows].tolist() == (x[:4] + 100).tolist()
    assert targets["head"][rows].tolist() == y[:4].tolist()
    assert inputs["x"][prepared.train].tolist() == dataset.x_train.tolist()


def test_data_without_a_validation_part_of_its_own():
    with pytest.raises(DataError, match="x_val and y_val"):
        prepare(validation="file")


def test_random_labels_are_shuffled_in_the_training_part_alone():
    true, random = prepare(), prepare(random_labels=True)
    of_true, of_random = true.targets["head"], random.targets["head"]
    assert of_random[random.validation].tolist() == of_true[true.validation].tolist()
    assert np.bincount(of_random[random.train]).tolist() == np.bincount(of_true[true.train]).tolist()
    assert np.mean(of_random[random.train] == of_true[true.train]) < 0.2
    assert random.test_targets["head"].tolist() == true.test_targets["head"].tolist()
    assert any(note.startswith("Random labels:") for note in random.notes)
    assert LABELS is DIGITS.y_train
    assert of_true is LABELS


def test_a_reconstruction_has_no_labels_to_shuffle():
    with pytest.raises(DataError, match="reconstructs its input"):
        prepare_design(
            DIGITS,
            [Input(id="image", shape=(8, 8, 1))],
            {"head": (8, 8, 1)},
            chosen={"head": "image"},
            settings=Settings(random_labels=True),
        )

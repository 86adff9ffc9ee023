import subprocess
import sys

import numpy as np
import pytest

from blockwright.data.loading import load
from blockwright.recipe.settings import Settings
from blockwright.schema.data.dataset_cards import card, card_of, cards
from blockwright.schema.data.dataset_config import read_choice
from blockwright.schema.data.errors import DataError


def test_cards_name_every_built_in_data_set():
    assert [one.name for one in cards()] == [
        "digits",
        "shapes",
        "iris",
        "wine",
        "breast_cancer",
        "diabetes",
        "tickets",
        "reviews",
        "mnist",
        "fashion_mnist",
        "cifar10",
        "cifar100",
    ]


@pytest.mark.parametrize("known", cards(), ids=lambda known: known.name)
def test_a_card_is_complete(known):
    assert len(known.class_names) == len(set(known.class_names)) == known.num_classes
    assert (known.download_bytes is None) == known.embedded
    assert all([known.title, known.summary, known.source, known.licence])


@pytest.mark.parametrize("name", ["digits", "shapes"])
def test_an_embedded_data_set_is_as_its_card_says(name):
    dataset = load(name)
    known = card(name)
    assert dataset.card == known
    assert dataset.x_train.shape == (known.train_examples, *known.shape)
    assert dataset.x_test.shape == (known.test_examples, *known.shape)
    assert dataset.x_train.dtype == dataset.x_test.dtype == np.uint8
    for labels in (dataset.y_train, dataset.y_test):
        assert sorted(set(labels.tolist())) == list(range(known.num_classes))


def test_the_card_of_shapes_follows_its_options():
    choice = {"name": "shapes", "size": 16, "colour": True, "examples": 100, "seed": 3}
    known, dataset = card_of(choice), load(choice)
    assert known.shape == (16, 16, 3)
    assert dataset.x_train.shape == (100, 16, 16, 3)
    assert len(dataset.x_test) == known.test_examples == 20


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        ({"name": "imagenet"}, "There is no data set called 'imagenet'"),
        ({}, "There is no data set called 'None'"),
        (["digits"], "A data set is chosen with an object"),
        ({"name": "shapes", "size": 7}, "`size` of the data set must be at least 8. Received: size=7."),
        ({"name": "shapes", "size": 256.5}, "`size` of the data set must be a whole number."),
        ({"name": "shapes", "colour": 1}, "`colour` of the data set must be true or false."),
        ({"name": "shapes", "size": 256, "examples": 50000}, "need 3,277 MB; the limit is 500 MB"),
        ({"name": "digits", "colours": 3}, "`colours` is not an option of a data set"),
        ({"name": "upload"}, "needs the path of its file"),
    ],
)
def test_a_wrong_choice_is_refused_with_a_sentence(choice, sentence):
    with pytest.raises(DataError) as refusal:
        read_choice(choice)
    assert sentence in str(refusal.value)


def test_a_choice_is_kept_in_its_short_form():
    assert read_choice({"name": "digits", "size": 28}).document() == {"name": "digits"}
    assert Settings.read({"data": "shapes"}).data == {
        "name": "shapes",
        "size": 28,
        "colour": False,
        "examples": 2000,
        "seed": 0,
    }


def test_cards_and_settings_need_no_numpy():
    code = (
        "import sys, blockwright.schema.data.dataset_cards, blockwright.tasks.fitting, blockwright.recipe.settings;"
        "print([name for name in ('numpy', 'keras', 'tensorflow', 'sklearn') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"

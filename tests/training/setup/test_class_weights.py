"""Weights of classes: balanced, by hand, and refused where there is no such class."""

from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.utils.class_weight import compute_class_weight

from blockwright import train
from blockwright.recipe.settings import Settings, SettingsError
from blockwright.runtime.class_weights import balanced_class_weights
from blockwright.training.setup.class_weights import class_weights
from tests.training.designs import dense
from tests.training.graphs import tickets

TICKETS = {"name": "tickets", "examples": 300}


def test_balanced_weights_are_those_of_scikit_learn_and_1_without_examples():
    labels = np.array([0, 0, 0, 2, 2, 3])
    expected = compute_class_weight("balanced", classes=np.array([0, 2, 3]), y=labels)
    np.testing.assert_allclose(
        balanced_class_weights(labels, 5), [expected[0], 1, expected[1], expected[2], 1], rtol=1e-6
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("balanced", "balanced"),
        ("cat: 2, small dog:0.5", {"cat": 2.0, "small dog": 0.5}),
        ({"cat": 3}, {"cat": 3.0}),
    ],
)
def test_weights_are_read_from_text_and_from_numbers(value, expected):
    assert (
        Settings.read({"outputs": {"head": {"class_weight": value}}}).output("head").class_weight == expected
    )


@pytest.mark.parametrize("value", ["even", "cat: -1", "cat: nan", {"cat": True}, {}, 3])
def test_what_is_no_weight_is_refused_by_name(value):
    with pytest.raises(SettingsError, match=r"`outputs.head.class_weight` must "):
        Settings.read({"outputs": {"head": {"class_weight": value}}})


def test_weights_of_classes_that_are_not_there_are_refused(store):
    with pytest.raises(
        SettingsError, match=r'has weights for "ten", but "class" has no such class. Its classes: "0", "1"'
    ):
        train(dense(), outputs={"n2": {"class_weight": {"ten": 2.0}}})
    with pytest.raises(SettingsError, match=r'it learns "priority", which has no classes. Remove it'):
        train(tickets(), dataset=TICKETS, outputs={"priority": {"class_weight": "balanced"}})
    target = SimpleNamespace(class_names=("cat", "dog"))
    objective = SimpleNamespace(class_weight={"dog": 2.0}, output="kind", target=target)
    with pytest.raises(SettingsError, match='weights for classes without training examples: "dog"'):
        class_weights(objective, np.zeros(5))


def test_a_class_without_weight_is_not_learnt(store):
    result = train(dense(), epochs=4, learning_rate=0.01, outputs={"n2": {"class_weight": {"3": 0.0}}})
    matrix = np.array(result["confusion_matrix"])
    assert matrix[3, 3] < 0.5 * matrix[3].sum()
    assert matrix[4, 4] > 0.7 * matrix[4].sum()

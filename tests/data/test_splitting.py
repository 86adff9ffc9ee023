import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split

from blockwright.data.splitting import part_size, split, validation_size


@pytest.mark.parametrize("version", [1, 2])
def test_a_split_is_stratified_and_repeatable(version):
    labels = np.repeat(np.arange(4), [50, 30, 15, 5])
    rest, part, stratified = split(100, 20, 1, labels, version)
    assert stratified
    assert np.bincount(labels[part]).tolist() == [10, 6, 3, 1]
    assert sorted([*rest, *part]) == list(range(100))
    assert np.array_equal(split(100, 20, 1, labels, version).part, part)
    assert not np.array_equal(split(100, 20, 2, labels, version).part, part)


def test_a_split_is_scikit_learns():
    labels, values = np.repeat(np.arange(3), [20, 10, 10]), np.arange(40) * 2
    x_rest, x_part = train_test_split(values, test_size=0.25, stratify=labels, random_state=7)
    rest, part, _ = split(40, 10, 7, labels)
    assert np.array_equal(values[rest], x_rest)
    assert np.array_equal(values[part], x_part)
    assert (
        split(40, 10, 7).part.tolist()
        == train_test_split(np.arange(40), test_size=10, random_state=7)[1].tolist()
    )


def test_an_earlier_split_is_what_it_was():
    labels = np.arange(20) % 3
    rest, part, stratified = split(20, 5, 3, labels, version=1)
    assert (part.tolist(), stratified) == ([8, 12, 13, 16, 18], True)
    assert sorted([*rest, *part]) == list(range(20))
    assert split(20, 5, 3, version=1).part.tolist() == [3, 8, 12, 16, 18]


def test_in_an_earlier_split_a_class_with_one_example_stays_in_training():
    labels = np.array([0] * 9 + [1])
    for seed in range(20):
        assert 1 in labels[split(10, 3, seed, labels, version=1).rest]


@pytest.mark.parametrize(
    ("labels", "size"),
    [([0] * 9 + [1], 3), ([0, 1, 2, 3] * 5, 3), ([0, 1, 2, 3] * 5, 17)],
    ids=["a class of one", "a small part", "a small rest"],
)
def test_what_scikit_learn_cannot_stratify_is_split_at_random(labels, size):
    rest, part, stratified = split(len(labels), size, 0, np.array(labels))
    assert not stratified
    assert (len(part), sorted([*rest, *part])) == (size, list(range(len(labels))))


@pytest.mark.parametrize("version", [1, 2])
@given(st.lists(st.integers(0, 5), min_size=2, max_size=60), st.floats(0.01, 0.9), st.integers(0, 5))
def test_no_part_is_ever_empty_or_of_another_size(version, labels, share, seed):
    size = validation_size(len(labels), share, version)
    rest, part, _ = split(len(labels), size, seed, np.array(labels), version)
    assert len(part) == size >= 1
    assert len(rest) == len(labels) - size >= 1
    assert sorted([*rest, *part]) == list(range(len(labels)))


@pytest.mark.parametrize(("examples", "share", "size"), [(1500, 0.2, 300), (10, 0.01, 1), (2, 0.9, 1)])
def test_the_size_of_a_part(examples, share, size):
    assert part_size(examples, share) == validation_size(examples, share) == size


def test_the_validation_part_is_rounded_up_as_scikit_learn_does():
    assert (validation_size(21, 0.1), validation_size(21, 0.1, version=1)) == (3, 2)
    assert len(train_test_split(np.arange(21), test_size=0.1)[1]) == 3

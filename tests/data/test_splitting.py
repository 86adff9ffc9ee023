import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blockwright.data.splitting import part_size, split


def test_a_split_is_stratified_and_repeatable():
    labels = np.repeat(np.arange(4), [50, 30, 15, 5])
    rest, part, stratified = split(labels, 20, seed=1)
    assert stratified
    assert np.bincount(labels[part]).tolist() == [10, 6, 3, 1]
    assert sorted([*rest, *part]) == list(range(100))
    assert np.array_equal(split(labels, 20, seed=1)[1], part)
    assert not np.array_equal(split(labels, 20, seed=2)[1], part)


def test_a_class_with_one_example_stays_in_training():
    labels = np.array([0] * 9 + [1])
    for seed in range(20):
        assert 1 in labels[split(labels, 3, seed)[0]]


@given(st.lists(st.integers(0, 5), min_size=2, max_size=60), st.floats(0.01, 0.9), st.integers(0, 5))
def test_no_part_is_ever_empty_or_of_another_size(labels, share, seed):
    part = part_size(len(labels), share)
    rest, chosen, _ = split(np.array(labels), part, seed)
    assert len(chosen) == part >= 1
    assert len(rest) == len(labels) - part >= 1
    assert sorted([*rest, *chosen]) == list(range(len(labels)))


@pytest.mark.parametrize(("examples", "share", "size"), [(1500, 0.2, 300), (10, 0.01, 1), (2, 0.9, 1)])
def test_the_size_of_a_part(examples, share, size):
    assert part_size(examples, share) == size

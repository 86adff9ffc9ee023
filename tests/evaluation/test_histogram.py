import numpy as np
import pytest

from blockwright.evaluation.histogram import histogram


def test_a_histogram_leaves_out_what_is_not_finite():
    bins = histogram(np.array([0.0, 1.0, np.nan, np.inf]))
    assert (sum(bins["counts"]), len(bins["edges"])) == (2, len(bins["counts"]) + 1)
    assert histogram(np.array([np.nan])) == {"edges": [], "counts": []}


@pytest.mark.parametrize("shift", [0.0, 0.3, -2.0, 5.0])
def test_a_histogram_of_errors_separates_too_low_from_too_high(shift):
    values = np.random.default_rng(3).normal(size=500) + shift
    bins = histogram(values, signed=True)
    edges, counts = np.array(bins["edges"]), np.array(bins["counts"])
    assert counts.sum() == 500
    assert len(edges) == len(counts) + 1 <= 42
    if values.min() < 0 < values.max():
        assert counts[edges[:-1] < -1e-12].sum() == (values < 0).sum()

import numpy as np
import pytest

from blockwright.runtime.scaling import column_means, standard_scale, unit_scale, value_scale

COLUMNS = np.array([[1, 5, 7], [3, 5, 9], [5, 5, 11]], dtype="float32")


def test_columns_get_mean_0_and_deviation_1_unless_they_never_change():
    mean, factor = standard_scale(COLUMNS)
    scaled = (COLUMNS - mean) * factor
    assert mean.tolist() == [3, 5, 9]
    assert np.allclose(scaled.std(axis=0), [1, 0, 1])


def test_columns_go_from_0_to_1_unless_they_never_change():
    low, factor = unit_scale(COLUMNS)
    assert ((COLUMNS - low) * factor).tolist() == [[0, 0, 0], [0.5, 0, 0.5], [1, 0, 1]]


@pytest.mark.parametrize(("values", "scale"), [([-4, 2], 0.25), ([-1, 1], 1.0), ([0, 0.5], 1.0)])
def test_values_are_divided_by_the_largest_unless_they_are_small(values, scale):
    assert value_scale(np.array(values)) == scale


def test_means_leave_missing_numbers_out():
    values = np.array([[1, np.nan], [np.nan, np.nan], [4, np.nan]], dtype="float32")
    means = column_means(values)
    assert means.tolist() == [2.5, 0]
    assert means.dtype == np.float32

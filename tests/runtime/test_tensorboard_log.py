"""Event files for TensorBoard."""

import numpy as np
import pytest

from blockwright.runtime.tensorboard_log import TensorBoardLog


@pytest.mark.parametrize("values", [[1e16], [3e38, 3e38], [-3e38, 3e38], [0.0], [], [np.nan, 2.0], [1e-45]])
def test_any_weights_have_a_histogram(values, tmp_path):
    finite = [value for value in values if np.isfinite(value)]
    rows = TensorBoardLog(str(tmp_path), (None, None)).histogram(np.array(values, "float32")).numpy()
    assert rows.shape == (30, 3)
    assert rows[:, 2].sum() == len(finite)
    assert all(rows[0, 0] <= np.float32(value) <= rows[-1, 1] for value in finite)

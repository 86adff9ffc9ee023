import numpy as np
import pytest

from blockwright.evaluation.reconstruction import reconstruction_report


def test_a_reconstruction_is_compared_with_predicting_the_mean():
    true = np.array([[0.0, 0.0], [1.0, 1.0]], np.float32)
    report = reconstruction_report(true, np.array([[0.1, 0.1], [1.0, 0.6]], np.float32))
    assert report["mae"] == pytest.approx(0.15)
    assert report["baseline_mae"] == 0.5
    assert (report["errors"]["best"], report["errors"]["worst"]) == pytest.approx((0.1, 0.2))

import numpy as np
import pytest

from blockwright.evaluation.regression import regression_report


def test_errors_of_numbers_are_in_their_own_unit():
    true = np.array([[0.0], [2.0], [4.0]])
    predicted = np.array([[1.0], [2.0], [1.0]])
    report = regression_report(true, predicted, "EUR", np.array([2.0]))
    assert {key: report[key] for key in ("mae", "median_error", "bias", "baseline_mae", "unit")} == {
        "mae": pytest.approx(4 / 3),
        "median_error": 1.0,
        "bias": pytest.approx(-2 / 3),
        "baseline_mae": pytest.approx(4 / 3),
        "unit": "EUR",
    }
    assert report["rmse"] == pytest.approx(np.sqrt(10 / 3))
    assert report["r2"] == pytest.approx(1 - 10 / 8)
    assert report["points"] == {"index": [0, 1, 2], "true": [0.0, 2.0, 4.0], "predicted": [1.0, 2.0, 1.0]}
    assert sum(report["residuals"]["counts"]) == 3


def test_numbers_that_are_all_the_same_have_no_explained_variance():
    assert regression_report(np.ones((3, 1)), np.zeros((3, 1)))["r2"] is None


def test_points_are_bounded_and_know_their_example():
    true = np.arange(9000.0).reshape(3000, 3)
    points = regression_report(true, true)["points"]
    assert len(points["true"]) == 2000
    assert [index for index, value in zip(points["index"], points["true"], strict=True)] == [
        int(value // 3) for value in points["true"]
    ]

import numpy as np
import pytest

from blockwright.evaluation.multilabel import multilabel_report


def test_each_tag_has_its_own_scores():
    true = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0]])
    shares = np.array([[0.9, 0.6, 0.1], [0.4, 0.7, 0.2], [0.1, 0.9, 0.3]])
    report = multilabel_report(true, shares, ("x", "y", "z"))
    assert report["tags"] == [
        {
            "tag": "x",
            "precision": 1.0,
            "recall": 0.5,
            "f1": pytest.approx(2 / 3),
            "support": 2,
            "predicted": 1,
        },
        {
            "tag": "y",
            "precision": pytest.approx(2 / 3),
            "recall": 1.0,
            "f1": pytest.approx(0.8),
            "support": 2,
            "predicted": 3,
        },
        {"tag": "z", "precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 0, "predicted": 0},
    ]
    assert report["test_accuracy"] == pytest.approx(7 / 9)
    assert report["exact"] == pytest.approx(1 / 3)
    assert report["averages"]["micro"]["precision"] == pytest.approx(3 / 4)

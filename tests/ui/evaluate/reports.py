"""Evaluation documents made up for the tests of the page."""

from typing import Any

import numpy as np

from blockwright.evaluation.regression import regression_report
from tests.ui.find_widget import shown_tables

TRUE = np.linspace(100, 900, 20, dtype=np.float32)[:, None]
PREDICTED = TRUE + np.where(np.arange(20) % 2, 10, -15).astype(np.float32)[:, None]


def with_basics(kind: str, target: str, report: dict[str, Any]) -> dict[str, Any]:
    basics = {"kind": kind, "target": target, "loss": "x", "weight": 1.0, "test_loss": 0.5, "examples": 20}
    return basics | report


def evaluation(**outputs: dict[str, Any]) -> dict[str, Any]:
    return {"test_loss": 0.5, "examples": 20, "outputs": outputs}


def regression() -> dict[str, Any]:
    return with_basics("number", "price", regression_report(TRUE, PREDICTED, "euro", np.array([500.0])))


def classification() -> dict[str, Any]:
    report = [
        {"class": name, "precision": 0.9, "recall": 0.9, "f1": 0.9, "support": 10}
        for name in ("flat", "house")
    ]
    return with_basics(
        "classes",
        "kind",
        {
            "test_accuracy": 0.9,
            "class_names": ["flat", "house"],
            "confusion_matrix": [[9, 1], [1, 9]],
            "report": report,
            "averages": {},
        },
    )


def worst(**more: np.ndarray) -> dict[str, np.ndarray]:
    return {
        "index": np.arange(4),
        "error": np.array([15.0, 15.0, 10.0, 10.0], np.float32),
        "true": TRUE[:4],
        "predicted": PREDICTED[:4],
        "images": np.zeros((4, 0), np.uint8),
        "columns": np.array(["rooms", "street"]),
        "texts": np.array([["3", "Elm *Street*"], ["2", "<b>"], ["1", "x | y"], ["5", "z"]]),
        **more,
    }


def table(app: Any, *head: str) -> dict[str, Any]:
    """The table whose first columns those are."""
    return next(one for one in shown_tables(app) if one["columns"][: len(head)] == list(head))

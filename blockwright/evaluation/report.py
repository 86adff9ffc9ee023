"""Precision, recall and F1 of every class."""

from typing import Any

import numpy as np


def classification_report(
    true: np.ndarray, predicted: np.ndarray, class_names: tuple[str, ...]
) -> dict[str, Any]:
    """`report`: a row for each class (class, precision, recall, f1, support); `averages`: macro and weighted ones.

    A class that was never predicted has precision 0, one without examples recall 0 (scikit-learn, zero_division=0).
    """
    from sklearn.metrics import precision_recall_fscore_support

    numbers = list(range(len(class_names)))

    def scores(average: str | None) -> tuple[Any, ...]:
        return precision_recall_fscore_support(
            true, predicted, labels=numbers, average=average, zero_division=0
        )

    columns = [np.asarray(column).tolist() for column in scores(None)]
    rows = [
        {"class": name, "precision": precision, "recall": recall, "f1": f1, "support": int(support)}
        for name, precision, recall, f1, support in zip(class_names, *columns, strict=True)
    ]
    averages = {}
    for average in ("macro", "weighted"):
        precision, recall, f1, _ = scores(average)
        averages[average] = {
            "precision": float(precision),
            "recall": float(recall),
            "f1": float(f1),
            "support": len(true),
        }
    return {"report": rows, "averages": averages}

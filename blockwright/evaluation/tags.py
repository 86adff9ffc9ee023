"""How well each tag is told, where an example may have several or none."""

from typing import Any

import numpy as np

THRESHOLD = 0.5


def tag_report(
    true: np.ndarray, shares: np.ndarray, names: tuple[str, ...], threshold: float = THRESHOLD
) -> dict[str, Any]:
    """`threshold`, `tags` (a row each: tag, precision, recall, f1, support, predicted), `averages`, and two shares.

    Args:
        true: 0 or 1, `(examples, tags)`.
        shares: the probability of each tag, `(examples, tags)`.
        names: the tags by number.
        threshold: from which probability on a tag counts as said.

    `test_accuracy` is the share of all tags of all examples that are right, `exact` that of examples whose tags are
    all right. What was never said has precision 0, what never occurs recall 0 (scikit-learn, zero_division=0).
    """
    from sklearn.metrics import precision_recall_fscore_support

    right, said = true >= 0.5, shares >= threshold

    def scores(average: str | None) -> tuple[Any, ...]:
        return precision_recall_fscore_support(right, said, average=average, zero_division=0)

    columns = [np.asarray(column).tolist() for column in scores(None)]
    rows = [
        {
            "tag": name,
            "precision": precision,
            "recall": recall,
            "f1": f1,
            "support": int(support),
            "predicted": int(predicted),
        }
        for name, precision, recall, f1, support, predicted in zip(
            names, *columns, said.sum(axis=0), strict=True
        )
    ]
    averages = {}
    for average in ("macro", "micro"):
        precision, recall, f1, _ = scores(average)
        averages[average] = {"precision": float(precision), "recall": float(recall), "f1": float(f1)}
    return {
        "threshold": threshold,
        "class_names": list(names),
        "tags": rows,
        "averages": averages,
        "test_accuracy": float(np.mean(right == said)),
        "exact": float(np.mean((right == said).all(axis=1))),
    }

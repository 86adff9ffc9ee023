"""Evaluating tags, of which an example may have several or none."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from blockwright.evaluation.evaluator import WORST, Evaluator
from blockwright.evaluation.output_predictions import OutputPredictions

THRESHOLD = 0.5


class Multilabel(Evaluator):
    """Any of several tags for each example."""

    kind = "tags"

    def report(self, predictions: OutputPredictions) -> dict[str, Any]:
        """Scores of every tag and of all together; see `multilabel_report`."""
        return multilabel_report(predictions.true, predictions.values, predictions.names)

    def score(self, report: Mapping[str, Any]) -> str:
        """The accuracy over all tags of all examples."""
        return f"accuracy {report['test_accuracy']:.1%} of all tags"

    def errors(self, predictions: OutputPredictions) -> np.ndarray:
        """How many tags of each example are wrong."""
        return ((predictions.true >= THRESHOLD) != (predictions.values >= THRESHOLD)).sum(axis=1)

    def order(self, predictions: OutputPredictions, errors: np.ndarray) -> np.ndarray:
        """The most wrong tags first; among equals those whose probabilities are farthest off."""
        distance = np.abs(predictions.values - predictions.true).sum(axis=1)
        return np.lexsort((-distance, -errors))[:WORST]


def multilabel_report(
    true: np.ndarray, probabilities: np.ndarray, names: tuple[str, ...], threshold: float = THRESHOLD
) -> dict[str, Any]:
    """`threshold`, `tags` (a row each: tag, precision, recall, f1, support, predicted), `averages`, and two accuracies.

    Args:
        true: 0 or 1, `(examples, tags)`.
        probabilities: of each tag, `(examples, tags)`.
        names: the tags by number.
        threshold: from which probability on a tag counts as predicted.

    `test_accuracy` is the share of all tags of all examples that are right, `exact` that of examples whose tags are
    all right. A tag that was never predicted has precision 0, one that never occurs recall 0 (scikit-learn,
    zero_division=0).
    """
    from sklearn.metrics import precision_recall_fscore_support

    true, predicted = true >= 0.5, probabilities >= threshold

    def scores(average: str | None) -> tuple[Any, ...]:
        return precision_recall_fscore_support(true, predicted, average=average, zero_division=0)

    columns = [np.asarray(column).tolist() for column in scores(None)]
    keys = ("tag", "precision", "recall", "f1", "support", "predicted")
    rows = [
        dict(zip(keys, row, strict=True))
        for row in zip(names, *columns, predicted.sum(axis=0).tolist(), strict=True)
    ]
    averages = {}
    for average in ("macro", "micro"):
        precision, recall, f1 = map(float, scores(average)[:3])
        averages[average] = {"precision": precision, "recall": recall, "f1": f1}
    return {
        "threshold": threshold,
        "class_names": list(names),
        "tags": rows,
        "averages": averages,
        "test_accuracy": float(np.mean(true == predicted)),
        "exact": float(np.mean((true == predicted).all(axis=1))),
    }

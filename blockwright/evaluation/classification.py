"""Evaluating classes: confusion matrix, precision, recall and F1 of every class, and the mistakes to look at."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from blockwright.evaluation.display import DisplayExamples
from blockwright.evaluation.evaluator import MAX_BYTES, WORST, Arrays, Evaluator, appearance
from blockwright.evaluation.output_predictions import OutputPredictions

MAX_CLASSES = 1_000
PER_MISTAKEN_CELL = 8
PER_CORRECT_CELL = 4
MAX_EXAMPLES = 2_000


class Classification(Evaluator):
    """One of several classes for each example."""

    kind = "classes"

    def report(self, predictions: OutputPredictions) -> dict[str, Any]:
        """Accuracy, confusion matrix and classification report; see `schema.run.evaluation.ClassificationReport`."""
        true, predicted, names = predictions.true, predicted_classes(predictions.values), predictions.names
        small = len(names) <= MAX_CLASSES
        return {
            "test_accuracy": float(np.mean(true == predicted)),
            "class_names": list(names),
            "confusion_matrix": confusion_matrix(true, predicted, len(names)).tolist() if small else None,
            **classification_report(true, predicted, names),
        }

    def score(self, report: Mapping[str, Any]) -> str:
        """The accuracy."""
        return f"accuracy {report['test_accuracy']:.1%}"

    def arrays(self, predictions: OutputPredictions) -> Arrays:
        """`true` and `predicted` class numbers, `confidence` (the greatest probability) and `probabilities`."""
        return {
            "true": predictions.true.astype(np.int32),
            "predicted": predicted_classes(predictions.values),
            "confidence": predictions.values.max(axis=1),
            "probabilities": predictions.values,
        }

    def errors(self, predictions: OutputPredictions) -> np.ndarray:
        """1 for a mistake, 0 otherwise."""
        return (predictions.true != predicted_classes(predictions.values)).astype(np.float32)

    def examples(self, predictions: OutputPredictions, display: DisplayExamples) -> Arrays:
        """The most confident mistakes first; `true` and `predicted` are class numbers, with their `confidence`."""
        bytes_each = 1 if display.images is None else int(np.prod(display.images.shape[1:]))
        indices = choose_examples(predictions.values, predictions.true, bytes_each)
        return {
            **appearance(display, indices),
            "index": indices.astype(np.int64),
            "true": predictions.true[indices].astype(np.int32),
            "predicted": predicted_classes(predictions.values)[indices],
            "confidence": predictions.values.max(axis=1)[indices].astype(np.float32),
        }


def predicted_classes(probabilities: np.ndarray) -> np.ndarray:
    """The class with the greatest probability, int32 `(examples,)`."""
    return np.argmax(probabilities, axis=1).astype(np.int32)


def confusion_matrix(true: np.ndarray, predicted: np.ndarray, num_classes: int) -> np.ndarray:
    """Counts, int64 `(num_classes, num_classes)`: rows are the true classes, columns the predicted ones."""
    cells = true.astype(np.int64) * num_classes + predicted
    return np.bincount(cells, minlength=num_classes * num_classes).reshape(num_classes, num_classes)


def classification_report(
    true: np.ndarray, predicted: np.ndarray, class_names: tuple[str, ...]
) -> dict[str, Any]:
    """`report`: a row for each class (class, precision, recall, f1, support); `averages`: macro and weighted ones.

    A class that was never predicted has precision 0, one without examples recall 0 (scikit-learn, zero_division=0).
    """
    from sklearn.metrics import precision_recall_fscore_support

    labels = list(range(len(class_names)))

    def scores(average: str | None) -> tuple[Any, ...]:
        return precision_recall_fscore_support(
            true, predicted, labels=labels, average=average, zero_division=0
        )

    columns = [np.asarray(column).tolist() for column in scores(None)]
    rows = [
        {"class": name, "precision": precision, "recall": recall, "f1": f1, "support": int(support)}
        for name, precision, recall, f1, support in zip(class_names, *columns, strict=True)
    ]
    averages = {}
    for average in ("macro", "weighted"):
        precision, recall, f1 = map(float, scores(average)[:3])
        averages[average] = {"precision": precision, "recall": recall, "f1": f1, "support": len(true)}
    return {"report": rows, "averages": averages}


def choose_examples(probabilities: np.ndarray, true: np.ndarray, bytes_each: int = 1) -> np.ndarray:
    """Positions of the examples to save: the most confident mistakes first, then the least confident correct ones.

    Some are saved for each cell of the confusion matrix, within limits of number and bytes.

    Args:
        probabilities: `(examples, classes)`.
        true: class numbers, `(examples,)`.
        bytes_each: the size of one example.
    """
    predicted, confidence = predicted_classes(probabilities), probabilities.max(axis=1)
    wrong, correct = np.flatnonzero(true != predicted), np.flatnonzero(true == predicted)
    wrong = wrong[np.argsort(-confidence[wrong], kind="stable")]
    correct = correct[np.argsort(confidence[correct], kind="stable")]
    cells = true.astype(np.int64) * probabilities.shape[1] + predicted
    selected = (np.arange(len(wrong)) < WORST) | (_rank_in_cell(cells[wrong]) < PER_MISTAKEN_CELL)
    selected_correct = correct[_rank_in_cell(cells[correct]) < PER_CORRECT_CELL]
    limit = max(1, min(MAX_EXAMPLES, MAX_BYTES // max(1, bytes_each)))
    return np.concatenate([wrong[selected], selected_correct])[:limit]


def _rank_in_cell(cells: np.ndarray) -> np.ndarray:
    """For each entry how many of the same cell come before it."""
    order = np.argsort(cells, kind="stable")
    ordered = cells[order]
    starts = np.searchsorted(ordered, ordered)
    ranks = np.empty(len(cells), dtype=np.int64)
    ranks[order] = np.arange(len(cells)) - starts
    return ranks

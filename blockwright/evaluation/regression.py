"""Evaluating numbers: how far the predicted ones are from the true ones."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from blockwright.evaluation.evaluator import Evaluator
from blockwright.evaluation.histogram import histogram
from blockwright.evaluation.output_predictions import OutputPredictions

MAX_POINTS = 2_000


class Regression(Evaluator):
    """One or several numbers for each example."""

    kind = "number"

    def report(self, predictions: OutputPredictions) -> dict[str, Any]:
        """Errors, their histogram and points to draw; see `regression_report`."""
        return regression_report(predictions.true, predictions.values, predictions.unit, predictions.baseline)

    def score(self, report: Mapping[str, Any]) -> str:
        """The mean absolute error, with its unit."""
        return mean_absolute_error(report)

    def errors(self, predictions: OutputPredictions) -> np.ndarray:
        """The mean absolute error of each example."""
        return example_errors(predictions.true, predictions.values)


def example_errors(true: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """The mean absolute error of each example, `(examples,)`."""
    differences = np.abs(predicted.astype(np.float32) - true.astype(np.float32))
    return differences.reshape(len(differences), -1).mean(axis=1)


def mean_absolute_error(report: Mapping[str, Any]) -> str:
    """The mean absolute error of a report in words, with its unit."""
    return f"mean absolute error {report['mae']:.4g} {report.get('unit') or ''}".rstrip()


def regression_report(
    true: np.ndarray, predicted: np.ndarray, unit: str = "", baseline: np.ndarray | None = None
) -> dict[str, Any]:
    """Errors, their histogram, and points to draw, all in the numbers' own unit.

    Args:
        true, predicted: `(examples, values)`; several values are taken together.
        unit: their unit.
        baseline: the mean of each value over the training part.

    Gives `mae` (mean absolute error), `rmse` (root of the mean squared error), `r2` (the share of the variance that is
    explained, None where the true numbers are all the same), `median_error`, `bias` (the mean of predicted minus true),
    `baseline_mae` (the error of always predicting the training part's mean), `unit`, `residuals` (`edges`, `counts` of
    predicted minus true) and `points` (`index`, `true`, `predicted`: at most 2,000, evenly spread).
    """
    true, predicted = true.astype(np.float64), predicted.astype(np.float64)
    residuals = predicted - true
    variance = float(((true - true.mean(axis=0)) ** 2).sum())
    flat_true, flat_predicted = true.reshape(-1), predicted.reshape(-1)
    indices = _evenly_spread(len(flat_true), MAX_POINTS)
    return {
        "mae": float(np.abs(residuals).mean()),
        "rmse": float(np.sqrt((residuals**2).mean())),
        "r2": 1 - float((residuals**2).sum()) / variance if variance > 0 else None,
        "median_error": float(np.median(np.abs(residuals))),
        "bias": float(residuals.mean()),
        "baseline_mae": None if baseline is None else float(np.abs(true - baseline).mean()),
        "unit": unit,
        "residuals": histogram(residuals, signed=True),
        "points": {
            "index": (indices // max(1, int(np.prod(true.shape[1:])))).tolist(),
            "true": flat_true[indices].tolist(),
            "predicted": flat_predicted[indices].tolist(),
        },
    }


def _evenly_spread(total: int, most: int) -> np.ndarray:
    return np.unique(np.linspace(0, total - 1, min(total, most)).astype(np.int64))

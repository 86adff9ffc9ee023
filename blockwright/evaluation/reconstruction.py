"""Evaluating reconstructions: how closely a network reproduces its input."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from blockwright.evaluation.display import DisplayExamples
from blockwright.evaluation.evaluator import MAX_BYTES, Arrays, Evaluator
from blockwright.evaluation.histogram import histogram
from blockwright.evaluation.output_predictions import OutputPredictions
from blockwright.evaluation.regression import example_errors, mean_absolute_error
from blockwright.runs.files.image_encoding import to_uint8, value_range

EACH_END = 50


class Reconstruction(Evaluator):
    """An input, reproduced."""

    kind = "reconstruction"

    def report(self, predictions: OutputPredictions) -> dict[str, Any]:
        """Errors and their histogram; see `reconstruction_report`."""
        return reconstruction_report(predictions.true, predictions.values, predictions.baseline)

    def score(self, report: Mapping[str, Any]) -> str:
        """The mean absolute error."""
        return mean_absolute_error(report)

    def arrays(self, predictions: OutputPredictions) -> Arrays:
        """The `error` of every example; the reconstructions themselves would be as large as the data."""
        return {"error": self.errors(predictions)}

    def errors(self, predictions: OutputPredictions) -> np.ndarray:
        """The mean absolute error of each example."""
        return example_errors(predictions.true, predictions.values)

    def order(self, predictions: OutputPredictions, errors: np.ndarray) -> np.ndarray:
        """The worst examples first and the best last, as many of each as their bytes allow."""
        order = np.argsort(-np.nan_to_num(errors, nan=np.inf), kind="stable")
        bytes_each = 2 * int(np.prod(predictions.true.shape[1:]))
        each = max(1, min(EACH_END, MAX_BYTES // (2 * bytes_each)))
        return order if len(order) <= 2 * each else np.r_[order[:each], order[-each:]]

    def examples(self, predictions: OutputPredictions, display: DisplayExamples) -> Arrays:
        """As for numbers, with the network's inputs in `images`, and its `reconstructions`."""
        arrays = super().examples(predictions, display)
        if predictions.true.ndim == 4:
            bounds, indices = value_range(predictions.true), arrays["index"]
            arrays["images"] = to_uint8(predictions.true[indices].astype(np.float32), *bounds)
            arrays["reconstructions"] = to_uint8(predictions.values[indices].astype(np.float32), *bounds)
        return arrays


def reconstruction_report(
    true: np.ndarray, predicted: np.ndarray, baseline: np.ndarray | None = None
) -> dict[str, Any]:
    """`mae`, `rmse`, `baseline_mae` (of always predicting the mean example), `shape`, and `errors` of the examples.

    `baseline` is the mean example of the training part; by default that of `true`.

    `errors` has `edges` and `counts`, and the `median`, least (`best`) and greatest (`worst`) of them. All are on the
    scale that the network was trained on.
    """
    errors = example_errors(true, predicted)
    squares = (predicted.astype(np.float32) - true.astype(np.float32)) ** 2
    mean = true.mean(axis=0, dtype=np.float64) if baseline is None else baseline
    return {
        "mae": float(errors.mean()),
        "rmse": float(np.sqrt(squares.mean())),
        "baseline_mae": float(np.abs(true - mean.astype(np.float32)).mean()),
        "shape": list(true.shape[1:]),
        "errors": {
            **histogram(errors),
            "median": float(np.median(errors)),
            "best": float(errors.min()),
            "worst": float(errors.max()),
        },
    }

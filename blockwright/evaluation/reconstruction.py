"""How well a network gives back what it is given."""

from typing import Any

import numpy as np

from blockwright.evaluation.numbers import histogram


def example_errors(true: np.ndarray, given: np.ndarray) -> np.ndarray:
    """The mean absolute error of each example, `(examples,)`."""
    apart = np.abs(given.astype(np.float32) - true.astype(np.float32))
    return apart.reshape(len(apart), -1).mean(axis=1)


def reconstruction_report(true: np.ndarray, given: np.ndarray) -> dict[str, Any]:
    """`mae`, `rmse`, `baseline_mae` (of always giving the mean example), `shape`, and `errors` of the examples.

    `errors` has `edges` and `counts`, and the `median`, least (`best`) and greatest (`worst`) of them. All are on the
    scale that the network was trained on.
    """
    errors = example_errors(true, given)
    squares = (given.astype(np.float32) - true.astype(np.float32)) ** 2
    mean = true.mean(axis=0, dtype=np.float64).astype(np.float32)
    return {
        "mae": float(errors.mean()),
        "rmse": float(np.sqrt(squares.mean())),
        "baseline_mae": float(np.abs(true - mean).mean()),
        "shape": list(true.shape[1:]),
        "errors": {
            **histogram(errors),
            "median": float(np.median(errors)),
            "best": float(errors.min()),
            "worst": float(errors.max()),
        },
    }

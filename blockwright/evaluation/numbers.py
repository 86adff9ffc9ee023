"""How far predicted numbers lie from the true ones."""

from typing import Any

import numpy as np

MOST_POINTS = 2_000
MOST_BINS = 40


def number_report(
    true: np.ndarray, predicted: np.ndarray, unit: str = "", baseline: np.ndarray | None = None
) -> dict[str, Any]:
    """Errors, their histogram, and points to draw, all in the numbers' own unit.

    Args:
        true, predicted: `(examples, values)`; several values are taken together.
        unit: their unit.
        baseline: the mean of each value over the training part.

    Gives `mae` (mean absolute error), `rmse` (root of the mean squared error), `r2` (the share of the variance that is
    explained, None where the true numbers are all the same), `median_error`, `bias` (the mean of predicted less true),
    `baseline_mae` (the error of always giving the training part's mean), `unit`, `residuals` (`edges`, `counts` of
    predicted less true) and `points` (`index`, `true`, `predicted`: at most 2,000, evenly spread).
    """
    right, said = true.astype(np.float64), predicted.astype(np.float64)
    apart = said - right
    spread = float(((right - right.mean(axis=0)) ** 2).sum())
    always = None if baseline is None else float(np.abs(right - baseline).mean())
    flat_true, flat_said = right.reshape(-1), said.reshape(-1)
    chosen = _evenly(len(flat_true), MOST_POINTS)
    return {
        "mae": float(np.abs(apart).mean()),
        "rmse": float(np.sqrt((apart**2).mean())),
        "r2": 1 - float((apart**2).sum()) / spread if spread > 0 else None,
        "median_error": float(np.median(np.abs(apart))),
        "bias": float(apart.mean()),
        "baseline_mae": always,
        "unit": unit,
        "residuals": histogram(apart, signed=True),
        "points": {
            "index": (chosen // max(1, int(np.prod(true.shape[1:])))).tolist(),
            "true": flat_true[chosen].tolist(),
            "predicted": flat_said[chosen].tolist(),
        },
    }


def histogram(values: np.ndarray, signed: bool = False) -> dict[str, list[float]]:
    """`edges` (one more than bins) and `counts` of the values that are finite.

    With `signed` no bin holds both values below 0 and values above it.
    """
    finite = values[np.isfinite(values)]
    if not finite.size:
        return {"edges": [], "counts": []}
    bins = int(np.clip(np.sqrt(finite.size), 5, MOST_BINS))
    low, high = float(finite.min()), float(finite.max())
    width = (high - low) / bins
    if signed and low < 0 < high and width > 0:
        wanted = width * np.arange(np.floor(low / width), np.ceil(high / width) + 1)
        # Rounding must not leave the outermost values out.
        wanted[0], wanted[-1] = min(wanted[0], low), max(wanted[-1], high)
        counts, edges = np.histogram(finite, bins=wanted)
    else:
        counts, edges = np.histogram(finite, bins=bins)
    return {"edges": edges.tolist(), "counts": counts.tolist()}


def _evenly(total: int, most: int) -> np.ndarray:
    return np.unique(np.linspace(0, total - 1, min(total, most)).astype(np.int64))

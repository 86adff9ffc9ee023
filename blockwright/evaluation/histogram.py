"""Histograms of errors."""

import numpy as np

from blockwright.schema.run.evaluation import Histogram

MAX_BINS = 40


def histogram(values: np.ndarray, signed: bool = False) -> Histogram:
    """`edges` (one more than bins) and `counts` of the values that are finite.

    With `signed` no bin holds both values below 0 and values above it.
    """
    finite = values[np.isfinite(values)]
    if not finite.size:
        return {"edges": [], "counts": []}
    bins = int(np.clip(np.sqrt(finite.size), 5, MAX_BINS))
    low, high = float(finite.min()), float(finite.max())
    width = (high - low) / bins
    if signed and low < 0 < high and width > 0:
        limits = width * np.arange(np.floor(low / width), np.ceil(high / width) + 1)
        # Rounding must not leave the outermost values out.
        limits[0], limits[-1] = min(limits[0], low), max(limits[-1], high)
        counts, edges = np.histogram(finite, bins=limits)
    else:
        counts, edges = np.histogram(finite, bins=bins)
    return {"edges": edges.tolist(), "counts": counts.tolist()}

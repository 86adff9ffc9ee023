"""Bringing values to a scale that networks learn well from."""

from dataclasses import dataclass

import numpy as np

from blockwright.recipe.settings import DATA_VERSION, DataVersion
from blockwright.runtime import scaling as scaling_functions


@dataclass(frozen=True)
class Columns:
    """The scale of each column of a table or of vectors: `(value - shift) * factor`, both float64 `(columns,)`."""

    shift: np.ndarray
    factor: np.ndarray

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Scaled values `(examples, columns)`, float32."""
        return ((values - self.shift) * self.factor).astype(np.float32)


def value_scale(
    values: np.ndarray,
    train: np.ndarray,
    scaling: str,
    design_scales: bool,
    version: DataVersion = DATA_VERSION,
) -> tuple[float, str]:
    """The factor that brings `values` to the scale that `prepare_design` describes, and a note on it.

    It is found in the examples with the indices `train`; before version 3 in all, where bytes always counted up to 255.
    """
    if scaling == "none":
        return 1.0, "Values are used as they are."
    if scaling == "auto" and design_scales:
        return 1.0, "Values are used as they are, because the design scales them itself."
    is_bytes = values.dtype.name == "uint8"
    if is_bytes and version < 3:
        return 1 / 255, "Values from 0 to 255 are divided by 255."
    extremes = _extremes(values, train if version > 2 else None)
    low, high, factor = float(extremes[0]), float(extremes[1]), scaling_functions.value_scale(extremes)
    if factor == 1.0:
        return 1.0, f"Values from {low:g} to {high:g} are used as they are."
    if is_bytes and factor == 1 / 255:
        return factor, f"Values from {low:g} to {high:g} are divided by 255."
    return factor, (
        f"Values from {low:g} to {high:g} are divided by {max(abs(low), abs(high)):g}, the largest in training."
    )


def _extremes(values: np.ndarray, chosen: np.ndarray | None) -> np.ndarray:
    """The smallest and the largest value of the chosen examples, without a copy of these."""
    examples = values.reshape(len(values), -1)
    lowest, highest = examples.min(axis=1), examples.max(axis=1)
    if chosen is not None:
        lowest, highest = lowest[chosen], highest[chosen]
    return np.array([lowest.min(), highest.max()], dtype=values.dtype)


def column_scale(values: np.ndarray, scaling: str, design_scales: bool) -> tuple[Columns | None, str]:
    """How the columns of the training examples `(examples, columns)` are scaled, and a note; None for no scaling.

    `auto` subtracts the mean and divides by the standard deviation; `unit` scales to 0..1. A constant column becomes 0.
    """
    if scaling == "none":
        return None, "Values are used as they are."
    if scaling == "auto" and design_scales:
        return None, "Values are used as they are, because the design scales them itself."
    if scaling == "unit":
        return Columns(*scaling_functions.unit_scale(values)), (
            "Each column is scaled to 0..1 by its minimum and maximum in the training examples."
        )
    return Columns(*scaling_functions.standard_scale(values)), (
        "Each column is standardized: its mean is subtracted, and it is divided by its standard deviation, both of "
        "the training examples."
    )


def fill_missing(
    x: np.ndarray, x_test: np.ndarray, train: np.ndarray, columns: tuple[str, ...], whole: bool = False
) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[str]]:
    """Both parts `(examples, columns)` with the means of the training examples in place of NaN, these, and notes.

    Args:
        x, x_test: the training and the test part.
        train: the indices in `x` of the training examples without the validation examples.
        columns: the names of the columns.
        whole: round the means to whole numbers.
    """
    gaps, test_gaps = np.isnan(x), np.isnan(x_test)
    counts = gaps.sum(axis=0) + test_gaps.sum(axis=0)
    means = scaling_functions.column_means(x[train])
    means = np.rint(means) if whole else means
    if not counts.any():
        return x, x_test, means, []
    indices = np.flatnonzero(counts)
    named = ", ".join(f"{columns[index]} ({counts[index]:,})" for index in indices[:8])
    more = f" and {len(indices) - 8:,} more columns" if len(indices) > 8 else ""
    note = f"Missing numbers are filled with the mean of the training examples: {named}{more}."
    return np.where(gaps, means, x), np.where(test_gaps, means, x_test), means, [note]

"""Bringing values to a scale that networks learn well from."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

_TINY = 1e-12


@dataclass(frozen=True)
class Columns:
    """How each column of a table is brought to scale: `(value - shift) * factor`, both float32 `(columns,)`."""

    shift: "np.ndarray"
    factor: "np.ndarray"

    def apply(self, values: "np.ndarray") -> "np.ndarray":
        """Values `(examples, columns)` brought to scale, float32."""
        import numpy as np

        return ((values.astype(np.float64) - self.shift) * self.factor).astype(np.float32)


def value_scale(values: "np.ndarray", scaling: str, design_scales: bool) -> tuple[float, str]:
    """The factor that brings training examples to the scale that `prepare_design` describes, and a note on it."""
    if scaling == "none":
        return 1.0, "Values are used as they are."
    if scaling == "auto" and design_scales:
        return 1.0, "Values are used as they are, because the design scales them itself."
    if values.dtype.name == "uint8":
        return 1 / 255, "Values from 0 to 255 are divided by 255."
    low, high = float(values.min()), float(values.max())
    if low >= -1 and high <= 1:
        return 1.0, f"Values from {low:g} to {high:g} are used as they are."
    largest = max(abs(low), abs(high))
    return (
        1 / largest,
        f"Values from {low:g} to {high:g} are divided by {largest:g}, the largest in training.",
    )


def column_scale(values: "np.ndarray", scaling: str, design_scales: bool) -> tuple[Columns | None, str]:
    """How the columns `(examples, columns)` of those examples that train are brought to scale, and a note.

    `auto` takes off the mean and divides by the standard deviation; `unit` takes the least to 0 and the greatest to
    1. A column that never changes becomes 0. None where values stay as they are.
    """
    import numpy as np

    if scaling == "none":
        return None, "Values are used as they are."
    if scaling == "auto" and design_scales:
        return None, "Values are used as they are, because the design scales them itself."
    values = values.astype(np.float64)
    if scaling == "unit":
        shift, spread = values.min(axis=0), values.max(axis=0) - values.min(axis=0)
        how = "Each column is brought to 0..1 by its least and its greatest value in the examples that train."
    else:
        shift, spread = values.mean(axis=0), values.std(axis=0)
        how = (
            "Each column is standardized: less its mean, divided by its standard deviation, "
            "both of the examples that train."
        )
    constant = spread <= _TINY * np.maximum(1.0, np.abs(shift))
    factor = 1.0 / np.where(constant, 1.0, spread)
    return Columns(shift, factor), how


def fill_missing(
    x: "np.ndarray", x_test: "np.ndarray", train: "np.ndarray", columns: tuple[str, ...], whole: bool = False
) -> tuple["np.ndarray", "np.ndarray", list[str]]:
    """Both parts `(examples, columns)` with the mean of the examples that train in place of NaN, and notes.

    Args:
        x, x_test: the training and the test part.
        train: positions in `x` of the examples that train; no other example has a say in the mean.
        columns: the names of the columns.
        whole: take the nearest whole number to the mean.
    """
    import numpy as np

    gaps, test_gaps = np.isnan(x), np.isnan(x_test)
    counts = gaps.sum(axis=0) + test_gaps.sum(axis=0)
    if not counts.any():
        return x, x_test, []
    known = ~gaps[train]
    total = np.where(known, x[train], 0.0).sum(axis=0, dtype=np.float64)
    means = total / np.maximum(1, known.sum(axis=0))
    means = (np.rint(means) if whole else means).astype(x.dtype)
    places = np.flatnonzero(counts)
    named = ", ".join(f"{columns[place]} ({counts[place]:,})" for place in places[:8])
    more = f" and {len(places) - 8:,} more columns" if len(places) > 8 else ""
    note = f"Missing numbers are filled with the mean of the examples that train: {named}{more}."
    return np.where(gaps, means, x), np.where(test_gaps, means, x_test), [note]

"""The scale of values, found in the training examples."""

import numpy as np


def value_scale(x_train: np.ndarray) -> float:
    """The factor that brings values to -1..1: 1 for values that already are, 1/255 for bytes up to 255."""
    largest = max(abs(float(x_train.min())), abs(float(x_train.max())))
    if x_train.dtype == "uint8" and largest > 127:
        return 1 / 255
    return 1 / largest if largest > 1 else 1.0


def standard_scale(x_train: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The mean of every column, and the factor that brings its standard deviation to 1."""
    mean, spread = x_train.mean(axis=0, dtype="float64"), x_train.std(axis=0, dtype="float64")
    spread[spread <= 1e-12 * np.maximum(1.0, np.abs(mean))] = 1.0  # columns that never change
    return mean, 1.0 / spread


def unit_scale(x_train: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The minimum of every column, and the factor that brings its maximum to 1."""
    low, high = x_train.min(axis=0).astype("float64"), x_train.max(axis=0).astype("float64")
    spread = high - low
    spread[spread <= 1e-12 * np.maximum(1.0, np.abs(low))] = 1.0  # columns that never change
    return low, 1.0 / spread


def column_means(x_train: np.ndarray) -> np.ndarray:
    """The mean of every column without its missing numbers; 0 for a column that is all missing."""
    missing = np.isnan(x_train)
    total = np.where(missing, 0.0, x_train).sum(axis=0, dtype="float64")
    return (total / np.maximum(1, (~missing).sum(axis=0))).astype(x_train.dtype)

"""Labels of an uploaded file: integers, one-hot rows or text become class indices and class names."""

from typing import TYPE_CHECKING

from blockwright.schema.data.errors import DataError
from blockwright.schema.text import shape_text

if TYPE_CHECKING:
    import numpy as np

MAX_CLASSES = 10_000
MAX_TEXT_BYTES = 2_048
MAX_NAME = 80


def check_label_header(key: str, shape: tuple[int, ...], dtype: "np.dtype") -> None:
    """Check the shape and dtype of labels before they are read. Raises `DataError`."""
    received = shape_text(shape, scalar="a single value")
    if len(shape) not in (1, 2) or 0 in shape:
        raise DataError(f"{key} must hold one label per example, or one-hot rows. Received: {received}.")
    if dtype.kind not in "biufUS":
        raise DataError(f"{key} must hold class numbers, one-hot rows or text. Received: dtype {dtype}.")
    if dtype.kind in "US" and (dtype.itemsize > MAX_TEXT_BYTES or (len(shape) == 2 and shape[1] > 1)):
        raise DataError(
            f"{key} must hold one short text label per example. Received: {received} of dtype {dtype}."
        )
    if len(shape) == 2 and shape[1] >= MAX_CLASSES:
        raise DataError(_too_many(shape[1], key))


def read_labels(
    train: "np.ndarray", test: "np.ndarray | None", keys: tuple[str, str] = ("y_train", "y_test")
) -> tuple["np.ndarray", "np.ndarray | None", tuple[str, ...]]:
    """Class indices (int32) of both parts, and the class names in order.

    The integers 0 to n-1 are kept; other numbers and texts are indexed in sorted order. `keys` are the names of the
    two parts in the file. Raises `DataError`.
    """
    import numpy as np

    key, test_key = keys
    if train.ndim == 2 and train.shape[1] > 1:
        if test is not None and test.shape[1:] != train.shape[1:]:
            raise DataError(
                f"{key} is one-hot, {test_key} has a different number of classes; save both in the same form."
            )
        names = tuple(str(number) for number in range(train.shape[1]))
        parts = [
            _from_one_hot(key, part) for key, part in ((key, train), (test_key, test)) if part is not None
        ]
        if len(np.unique(parts[0])) < 2:
            raise DataError(_one_class(names[int(parts[0][0])], key))
        return parts[0], parts[1] if test is not None else None, names
    if test is not None and test.ndim == 2 and test.shape[1] > 1:
        raise DataError(f"{test_key} is one-hot, {key} is not; save both in the same form.")
    train = _flat_labels(key, train)
    test = None if test is None else _flat_labels(test_key, test)
    if test is not None and (test.dtype.kind == "U") != (train.dtype.kind == "U"):
        raise DataError(
            f"One of {key} and {test_key} holds text, the other numbers; save both in the same form."
        )
    values, indices = np.unique(train, return_inverse=True)
    if len(values) < 2:
        raise DataError(_one_class(str(values[0]), key))
    if len(values) >= MAX_CLASSES:
        raise DataError(_too_many(len(values), key))
    if test is not None:
        in_train = np.isin(test, values)
        if not in_train.all():
            unknown = str(test[~in_train][0])[:MAX_NAME]
            raise DataError(
                f"{test_key} holds the class {unknown!r}, which does not occur in {key}, so it cannot be learned."
            )
        test = np.searchsorted(values, test).astype(np.int32)
    names = tuple(" ".join(str(value).split())[:MAX_NAME] or "(empty)" for value in values)
    return indices.reshape(-1).astype(np.int32), test, names


def _flat_labels(key: str, labels: "np.ndarray") -> "np.ndarray":
    """Labels as a vector of int64 or text."""
    import numpy as np

    labels = labels.reshape(-1)
    if labels.dtype.kind == "S":
        return np.char.decode(labels, "utf-8", "replace")
    if labels.dtype.kind == "U":
        return labels
    if labels.dtype.kind == "f":
        if not np.isfinite(labels).all():
            raise DataError(f"{key} holds NaN or infinite labels. Remove those examples before saving.")
        if not np.all(labels == np.floor(labels)) or np.abs(labels).max() > 2**53:
            raise DataError(
                f"{key} must hold class numbers such as 0, 1, 2. Received: {float(labels[labels % 1 != 0][0])}. "
                "If these are quantities, choose a number as the task."
                if np.any(labels % 1 != 0)
                else f"{key} holds class numbers that are too large."
            )
    if labels.dtype.kind == "u" and labels.max() > np.iinfo(np.int64).max:
        raise DataError(f"{key} holds class numbers that are too large.")
    return labels.astype(np.int64)


def _from_one_hot(key: str, rows: "np.ndarray") -> "np.ndarray":
    import numpy as np

    if not (np.isin(rows, (0, 1)).all() and (rows.sum(axis=1) == 1).all()):
        raise DataError(
            f"{key} has {rows.shape[1]:,} columns but its rows are not one-hot (a single 1, the rest 0), "
            "and tags must be 0 or 1. Save class numbers instead: numpy.argmax(labels, axis=1)."
        )
    return np.argmax(rows, axis=1).astype(np.int32)


def _one_class(name: str, key: str) -> str:
    return (
        f"{key} holds a single class, {name[:MAX_NAME]!r}; there is nothing to classify. Provide two or more."
    )


def _too_many(count: int, key: str) -> str:
    return (
        f"{key} holds {count:,} different labels; the limit is {MAX_CLASSES - 1:,} classes. "
        "If these are quantities and not classes, choose a number as the task."
    )

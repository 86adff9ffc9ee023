"""Labels of an uploaded file: whole numbers, one-hot rows or text become class numbers and class names."""

from typing import TYPE_CHECKING

from blockwright.schema.data_errors import DataError
from blockwright.schema.text import shape_text

if TYPE_CHECKING:
    import numpy as np

MAX_CLASSES = 10_000
MAX_TEXT_BYTES = 2_048
MAX_NAME = 80


def check_label_header(key: str, shape: tuple[int, ...], dtype: "np.dtype") -> None:
    """Refuse labels by shape and type alone, before they are read. Raises `DataError`."""
    said = shape_text(shape, scalar="a single value")
    if len(shape) not in (1, 2) or 0 in shape:
        raise DataError(f"{key} must hold one label an example, or one-hot rows. Received: {said}.")
    if dtype.kind not in "biufUS":
        raise DataError(f"{key} must hold class numbers, one-hot rows or text. Received: dtype {dtype}.")
    if dtype.kind in "US" and (dtype.itemsize > MAX_TEXT_BYTES or (len(shape) == 2 and shape[1] > 1)):
        raise DataError(
            f"{key} must hold one short text label an example. Received: {said} of dtype {dtype}."
        )
    if len(shape) == 2 and shape[1] >= MAX_CLASSES:
        raise DataError(_too_many(shape[1], key))


def read_labels(
    train: "np.ndarray", test: "np.ndarray | None", keys: tuple[str, str] = ("y_train", "y_test")
) -> tuple["np.ndarray", "np.ndarray | None", tuple[str, ...]]:
    """Class numbers (int32, from 0) of both parts, and the names of the classes in order.

    Whole numbers 0 to n-1 keep their number; other numbers and texts are numbered in sorted order. `keys` are what the
    two parts are called in the file. Raises `DataError`.
    """
    import numpy as np

    key, test_key = keys

    if train.ndim == 2 and train.shape[1] > 1:
        if test is not None and test.shape[1:] != train.shape[1:]:
            raise DataError(
                f"{key} is one-hot, {test_key} is not in the same number of classes; save both alike."
            )
        names = tuple(str(number) for number in range(train.shape[1]))
        parts = [
            _from_one_hot(key, part) for key, part in ((key, train), (test_key, test)) if part is not None
        ]
        if len(np.unique(parts[0])) < 2:
            raise DataError(_one_class(names[int(parts[0][0])], key))
        return parts[0], parts[1] if test is not None else None, names
    if test is not None and test.ndim == 2 and test.shape[1] > 1:
        raise DataError(f"{test_key} is one-hot, {key} is not; save both alike.")
    train = _plain(key, train)
    test = None if test is None else _plain(test_key, test)
    if test is not None and (test.dtype.kind == "U") != (train.dtype.kind == "U"):
        raise DataError(f"One of {key} and {test_key} holds text, the other numbers; save both alike.")
    values, numbers = np.unique(train, return_inverse=True)
    if len(values) < 2:
        raise DataError(_one_class(str(values[0]), key))
    if len(values) >= MAX_CLASSES:
        raise DataError(_too_many(len(values), key))
    if test is not None:
        known = np.isin(test, values)
        if not known.all():
            stranger = str(test[~known][0])[:MAX_NAME]
            raise DataError(
                f"{test_key} holds the class {stranger!r}, which {key} does not, so nothing could learn it."
            )
        test = np.searchsorted(values, test).astype(np.int32)
    names = tuple(" ".join(str(value).split())[:MAX_NAME] or "(empty)" for value in values)
    return numbers.reshape(-1).astype(np.int32), test, names


def _plain(key: str, labels: "np.ndarray") -> "np.ndarray":
    """Labels as a row of int64 or text."""
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
                "If these are amounts, say that they are a number."
                if np.any(labels % 1 != 0)
                else f"{key} holds class numbers that are far too large."
            )
    if labels.dtype.kind == "u" and labels.max() > np.iinfo(np.int64).max:
        raise DataError(f"{key} holds class numbers that are far too large.")
    return labels.astype(np.int64)


def _from_one_hot(key: str, rows: "np.ndarray") -> "np.ndarray":
    import numpy as np

    if not (np.isin(rows, (0, 1)).all() and (rows.sum(axis=1) == 1).all()):
        raise DataError(
            f"{key} has {rows.shape[1]:,} columns but its rows are not one-hot (a single 1, the rest 0), "
            "and tags would be 0 and 1 only. Save class numbers instead: numpy.argmax(labels, axis=1)."
        )
    return np.argmax(rows, axis=1).astype(np.int32)


def _one_class(name: str, key: str) -> str:
    return (
        f"{key} holds a single class, {name[:MAX_NAME]!r}; there is nothing to tell apart. Give two or more."
    )


def _too_many(count: int, key: str) -> str:
    return (
        f"{key} holds {count:,} different labels; the limit is {MAX_CLASSES - 1:,} classes. "
        "If these are amounts and not classes, say that they are a number."
    )

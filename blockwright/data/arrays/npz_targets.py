"""The targets of an uploaded `.npz` file: classes, tags or a number."""

from typing import TYPE_CHECKING, NamedTuple

from blockwright.data.arrays.labels import read_labels
from blockwright.schema.data_errors import DataError
from blockwright.schema.features import Target, class_target, number_target, tag_target
from blockwright.schema.text import shape_text

if TYPE_CHECKING:
    import numpy as np

_FLOAT32_MAX = 3.4e38


class TargetValues(NamedTuple):
    """A target with its training and test values (None without a test part), and a note for people."""

    target: Target
    train: "np.ndarray"
    test: "np.ndarray | None"
    note: str = ""


def read_target(
    train: "np.ndarray",
    test: "np.ndarray | None",
    task: str | None = None,
    name: str = "",
) -> TargetValues:
    """Determine the kind of a target from its values, and convert them to the form of a `loading.Part`.

    A matrix `(examples, columns)` of 0 and 1 with exactly one 1 in every row is one-hot and becomes classes; any other
    matrix of 0 and 1 becomes tags. A single column becomes classes, unless `task` is `number`, or the file names its
    targets and this one has fractions.

    Args:
        train, test: the arrays of the file.
        task: `classes`, `number` or `tags` if chosen by the user.
        name: the target's name in the file; empty if it is the only one.

    Raises `DataError` if the values do not fit.
    """
    keys = (f"y_train_{name}", f"y_test_{name}") if name else ("y_train", "y_test")
    parts = [(key, one) for key, one in zip(keys, (train, test), strict=True) if one is not None]
    matrix = train.ndim == 2 and train.shape[1] > 1
    if task is None and name and not matrix and train.dtype.kind == "f" and _has_fractions(train):
        task = "number"
    if task == "number":
        values = [_numbers(key, one) for key, one in parts]
        return TargetValues(
            number_target(name or "value"), values[0], values[1] if test is not None else None
        )
    binary = matrix and all(_zeros_and_ones(one) for _, one in parts)
    if task == "tags" and not binary:
        raise DataError(
            f"{keys[0]} must hold tags: a matrix (examples, tags) of 0 and 1. Received: {_shape_and_dtype(train)}."
        )
    one_hot = binary and all(bool((one.sum(axis=1) == 1).all()) for _, one in parts)
    if task == "tags" or (task is None and binary and not one_hot):
        return _tags(keys[0], parts, name, one_hot)
    numbers, test_numbers, classes = read_labels(train, test, keys)
    note = ""
    if matrix:
        note = (
            f"Every row of {keys[0]} holds a single 1 in {len(classes):,} columns, so it is treated as classes. If an "
            "example can have several, choose tags."
        )
    return TargetValues(class_target(classes, name or "class"), numbers, test_numbers, note)


def _tags(key: str, parts: "list[tuple[str, np.ndarray]]", name: str, one_hot: bool) -> TargetValues:
    import numpy as np

    values = [one.astype(np.float32) for _, one in parts]
    count = values[0].shape[1]
    if values[-1].shape[1] != count:
        raise DataError(
            f"{parts[1][0]} has {values[-1].shape[1]:,} columns, {key} has {count:,}; save both in the same form."
        )
    if not values[0].any():
        raise DataError(f"{key} holds no 1 at all, so there is nothing to learn.")
    note = f"{key} is a matrix of 0 and 1: each of its {count:,} columns is a tag; an example can have any number."
    if one_hot:
        note += " Every row has exactly one, so these could also be classes."
    target = tag_target(tuple(str(number) for number in range(count)), name or "tags")
    return TargetValues(target, values[0], values[1] if len(values) > 1 else None, note)


def _numbers(key: str, values: "np.ndarray") -> "np.ndarray":
    import numpy as np

    if values.dtype.kind not in "biuf" or (values.ndim == 2 and values.shape[1] != 1):
        raise DataError(f"{key} must hold one number per example. Received: {_shape_and_dtype(values)}.")
    numbers = values.reshape(-1, 1).astype(np.float64)
    if not (np.isfinite(numbers) & (np.abs(numbers) <= _FLOAT32_MAX)).all():
        raise DataError(
            f"{key} holds NaN, infinite or far too large numbers. Remove those examples before saving."
        )
    if key.startswith("y_train") and (numbers == numbers[0]).all():
        raise DataError(f"{key} is {numbers[0, 0]:g} for every example; there is nothing to learn.")
    return numbers.astype(np.float32)


def _zeros_and_ones(values: "np.ndarray") -> bool:
    import numpy as np

    return values.dtype.kind in "biuf" and values.ndim == 2 and bool(np.isin(values, (0, 1)).all())


def _has_fractions(values: "np.ndarray") -> bool:
    import numpy as np

    finite = values[np.isfinite(values)]
    return bool((finite != np.floor(finite)).any())


def _shape_and_dtype(values: "np.ndarray") -> str:
    return f"{shape_text(values.shape)} of dtype {values.dtype}"

"""The targets of an uploaded `.npz` file: classes, tags or a number."""

from abc import ABC, abstractmethod
from typing import ClassVar, NamedTuple

import numpy as np

from blockwright.data.arrays.labels import read_labels
from blockwright.schema.data.errors import DataError
from blockwright.schema.data.features import Target, class_target, number_target, tag_target
from blockwright.schema.text import shape_text
from blockwright.tasks import family

_FLOAT32_MAX = 3.4e38


class TargetValues(NamedTuple):
    """A target with its training, test and validation values (None without such a part), and a note for people."""

    target: Target
    train: np.ndarray
    test: np.ndarray | None
    note: str = ""
    validation: np.ndarray | None = None


def read_target(
    train: np.ndarray,
    test: np.ndarray | None,
    task: str | None = None,
    name: str = "",
    validation: np.ndarray | None = None,
) -> TargetValues:
    """Determine the kind of a target from its values, and convert them to the form of a `loading.Part`.

    A matrix `(examples, columns)` of 0 and 1 with exactly one 1 in every row is one-hot and becomes classes; any other
    matrix of 0 and 1 becomes tags. A single column becomes classes, unless `task` is `number`, or the file names its
    targets and this one has fractions.

    Args:
        train, test, validation: the arrays of the file.
        task: `classes`, `number` or `tags` if chosen by the user.
        name: the target's name in the file; empty if it is the only one.

    Raises `DataError` if the values do not fit.
    """
    suffix = f"_{name}" if name else ""
    parts = {f"y_train{suffix}": train} | ({} if test is None else {f"y_test{suffix}": test})
    others = {} if validation is None else {f"y_val{suffix}": validation}
    reader = ARRAY_TARGETS[task or _likely_task(parts | others, name)]
    values = reader.read(parts, name)
    if validation is None:
        return values
    return values._replace(validation=reader.read({f"y_train{suffix}": train} | others, name).test)


class ArrayTarget(ABC):
    """How the arrays of the targets of one task are read."""

    kind: ClassVar[str]

    @abstractmethod
    def read(self, parts: dict[str, np.ndarray], name: str) -> TargetValues:
        """The target in the training part and, if there is one, the test part, by their keys in the file.

        `name` is empty if it is the only target. Raises `DataError` if the values do not fit.
        """


class ClassArray(ArrayTarget):
    """Class numbers, texts or one-hot rows."""

    kind = "classes"

    def read(self, parts: dict[str, np.ndarray], name: str) -> TargetValues:
        (key, train), test = next(iter(parts.items())), _test(parts)
        keys = (key, list(parts)[-1])
        indices, test_indices, class_names = read_labels(train, test, keys)
        note = ""
        if _is_matrix(train):
            note = (
                f"Every row of {key} holds a single 1 in {len(class_names):,} columns, so it is treated as classes. "
                "If an example can have several, choose tags."
            )
        return TargetValues(class_target(class_names, name or "class"), indices, test_indices, note)


class NumberArray(ArrayTarget):
    """One number per example."""

    kind = "number"

    def read(self, parts: dict[str, np.ndarray], name: str) -> TargetValues:
        values = {key: _numbers(key, array) for key, array in parts.items()}
        return TargetValues(number_target(name or "value"), next(iter(values.values())), _test(values))


class TagArray(ArrayTarget):
    """A column of 0 and 1 for each tag."""

    kind = "tags"

    def read(self, parts: dict[str, np.ndarray], name: str) -> TargetValues:
        (key, train), test = next(iter(parts.items())), _test(parts)
        if not _is_binary(parts):
            raise DataError(
                f"{key} must hold tags: a matrix (examples, tags) of 0 and 1. Received: {_shape_and_dtype(train)}."
            )
        count = train.shape[1]
        if test is not None and test.shape[1] != count:
            raise DataError(
                f"{list(parts)[-1]} has {test.shape[1]:,} columns, {key} has {count:,}; save both "
                "in the same form."
            )
        if not train.any():
            raise DataError(f"{key} holds no 1 at all, so there is nothing to learn.")
        note = f"{key} is a matrix of 0 and 1: each of its {count:,} columns is a tag; an example can have any number."
        if _is_one_hot(parts):
            note += " Every row has exactly one, so these could also be classes."
        target = tag_target(tuple(str(number) for number in range(count)), name or "tags")
        return TargetValues(
            target, train.astype(np.float32), None if test is None else test.astype(np.float32), note
        )


class ReconstructionArray(NumberArray):
    """No array is a target of this task, which learns features."""

    kind = "reconstruction"


ARRAY_TARGETS = family([ClassArray(), NumberArray(), TagArray(), ReconstructionArray()])


def _likely_task(parts: dict[str, np.ndarray], name: str) -> str:
    train = next(iter(parts.values()))
    if _is_binary(parts) and not _is_one_hot(parts):
        return "tags"
    numbers = name and not _is_matrix(train) and train.dtype.kind == "f" and _has_fractions(train)
    return "number" if numbers else "classes"


def _test(parts: dict[str, np.ndarray]) -> np.ndarray | None:
    return list(parts.values())[1] if len(parts) > 1 else None


def _is_matrix(values: np.ndarray) -> bool:
    return values.ndim == 2 and values.shape[1] > 1


def _is_binary(parts: dict[str, np.ndarray]) -> bool:
    """Whether the training part is a matrix, and both hold 0 and 1 alone."""
    return _is_matrix(next(iter(parts.values()))) and all(map(_zeros_and_ones, parts.values()))


def _is_one_hot(parts: dict[str, np.ndarray]) -> bool:
    return all(bool((array.sum(axis=1) == 1).all()) for array in parts.values())


def _numbers(key: str, values: np.ndarray) -> np.ndarray:
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


def _zeros_and_ones(values: np.ndarray) -> bool:
    return values.dtype.kind in "biuf" and values.ndim == 2 and bool(np.isin(values, (0, 1)).all())


def _has_fractions(values: np.ndarray) -> bool:
    finite = values[np.isfinite(values)]
    return bool((finite != np.floor(finite)).any())


def _shape_and_dtype(values: np.ndarray) -> str:
    return f"{shape_text(values.shape)} of dtype {values.dtype}"

"""The target column of an uploaded table, for each task."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from blockwright.data.splitting import LEAST_EXAMPLES
from blockwright.data.tables.csv_columns import MAX_CLASSES, Column, ColumnSummary, is_missing, to_number
from blockwright.data.tables.csv_tags import MAX_TAG_VALUES, chosen_tags, split_tags, tag_notes
from blockwright.data.tables.csv_text import read_rows
from blockwright.schema.data.errors import DataError
from blockwright.schema.data.features import Target, class_target, number_target, tag_target
from blockwright.tasks import family

Cell = int | float | list[float]


@dataclass(frozen=True)
class ColumnTarget:
    """A target column.

    Attributes:
        target: what it is.
        rows: the number of rows with a target.
        value: the value of a cell; None for a cell without a target.
        array: the form of all values, as a `loading.Part` has them.
        notes: notes on how its cells are read.
    """

    target: Target
    rows: int
    value: Callable[[str], Cell | None]
    array: Callable[[list[Cell]], np.ndarray]
    notes: list[str] = field(default_factory=list)


class TargetColumn(ABC):
    """How the target column of one task is read."""

    kind: ClassVar[str]

    @abstractmethod
    def read(self, summary: ColumnSummary, column: Column) -> ColumnTarget:
        """The target of a column that is not empty. Raises `DataError` if it cannot be learned."""


class ClassColumn(TargetColumn):
    """Numbers or texts that stand for classes, in sorted order."""

    kind = "classes"

    def read(self, summary: ColumnSummary, column: Column) -> ColumnTarget:
        _check_rows(column, column.filled)
        numeric, comma = column.kind == "number", summary.decimal_comma
        remedy = "Predict it as a number." if numeric else "Choose another column."
        if numeric:
            column.check_numbers()
        if column.counts is None:
            raise DataError(
                f'The target "{column.name}" has more than {MAX_CLASSES:,} different values, too many for classes. '
                f"{remedy}"
            )
        classes = tuple(sorted(column.counts))
        if numeric:
            values = {to_number(text, comma) for text in column.counts}
            classes = tuple(
                _number_name(value) for value in sorted(value for value in values if value is not None)
            )
        if len(classes) == 1:
            raise DataError(_constant(column))
        if len(classes) > column.filled / 2:
            raise DataError(
                f'The target "{column.name}" has {len(classes):,} different values in {column.filled:,} rows; classes '
                f"must occur more often to be learned. {remedy}"
            )
        numbers = {name: number for number, name in enumerate(classes)}

        def value(cell: str) -> int | None:
            number = to_number(cell, comma) if numeric else None
            if is_missing(cell):
                return None
            return numbers[cell.strip() if number is None else _number_name(number)]

        return ColumnTarget(
            class_target(classes, column.name),
            column.filled,
            value,
            lambda values: np.array(values, dtype=np.int32),
        )


class NumberColumn(TargetColumn):
    """Numbers to predict."""

    kind = "number"

    def read(self, summary: ColumnSummary, column: Column) -> ColumnTarget:
        _check_rows(column, column.filled)
        if column.kind != "number":
            line, text = column.first_text or (2, "")
            raise DataError(
                f'The target "{column.name}" must be a number, but line {line:,} holds {text[:60]!r}. '
                "Predict its classes instead, or choose another column."
            )
        column.check_numbers()
        if column.counts is not None and len(column.counts) == 1:
            raise DataError(_constant(column))
        return ColumnTarget(
            number_target(column.name),
            column.filled,
            lambda cell: to_number(cell, summary.decimal_comma),
            lambda values: np.array(values).astype(np.float32).reshape(-1, 1),
        )


class TagColumn(TargetColumn):
    """Lists of tags."""

    kind = "tags"

    def read(self, summary: ColumnSummary, column: Column) -> ColumnTarget:
        cells = column.tags or chosen_tags(
            column.name, column.listed, (row[column.index] for _, row in read_rows(summary.layout))
        )
        names = cells.names
        if summary.rows * len(names) > MAX_TAG_VALUES:
            raise DataError(
                f'{summary.rows:,} rows with {len(names):,} tags of "{column.name}" are '
                f"{summary.rows * len(names):,} values; the limit is {MAX_TAG_VALUES:,}. Use fewer rows or tags."
            )
        rows = summary.rows - cells.unknown
        _check_rows(column, rows)

        def value(cell: str) -> list[float] | None:
            tags = split_tags(cell, cells.separator)
            return None if tags is None else [float(name in tags) for name in names]

        return ColumnTarget(
            tag_target(names, column.name),
            rows,
            value,
            lambda values: np.array(values, dtype=np.float32),
            tag_notes(column.name, cells),
        )


class ReconstructionColumn(NumberColumn):
    """A column is no target of this task, which learns features."""

    kind = "reconstruction"


TARGET_COLUMNS = family([ClassColumn(), NumberColumn(), TagColumn(), ReconstructionColumn()])


def _check_rows(column: Column, rows: int) -> None:
    if rows < LEAST_EXAMPLES:
        raise DataError(
            f'The table has {rows} {"row" if rows == 1 else "rows"} with a value of "{column.name}"; at least '
            f"{LEAST_EXAMPLES} are needed to train and test."
        )


def _constant(column: Column) -> str:
    value = next(iter(column.counts or [""]))
    return (
        f'The target "{column.name}" is {value[:60]!r} in every row; there is nothing to learn. '
        "Choose another column."
    )


def _number_name(value: float) -> str:
    return str(int(value)) if value == math.floor(value) else repr(value)

"""An uploaded table with a chosen target column, as a data set.

The numeric columns together are one feature, `features`; every column of texts or categories is a feature of its own.
Rows without a target are left out. Missing numbers are NaN in the arrays: they are filled with the mean of the training
examples later, in `prepare`. Missing texts are empty.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from blockwright.data.loading import DataSet, Part
from blockwright.data.splitting import part_size, split
from blockwright.data.tables.csv_columns import (
    MAX_CLASSES,
    Column,
    ColumnSummary,
    is_missing,
    summarize_columns,
    target_task,
    to_number,
)
from blockwright.data.tables.csv_tags import MAX_TAG_VALUES, TagCells, chosen_tags, split_tags, tag_notes
from blockwright.data.tables.csv_text import read_layout, read_rows
from blockwright.schema.data_errors import DataError
from blockwright.schema.dataset_cards import Card
from blockwright.schema.features import Feature, Target, class_target, number_target, tag_target
from blockwright.schema.training import DATA_VERSION, DataVersion
from blockwright.tasks import task_of

if TYPE_CHECKING:
    import numpy as np

MIN_EXAMPLES = 10
TEST_SHARE = 0.2
NUMBERS = "features"
_EXACT_IN_FLOAT32 = 2**24


@dataclass
class _TablePlan:
    """How each column is used."""

    summary: ColumnSummary
    target: Column
    task: Literal["classes", "number", "tags"]
    classes: tuple[str, ...]
    numbers: list[Column]
    texts: list[Column]
    notes: list[str]
    tags: TagCells | None = None

    @property
    def rows(self) -> int:
        """The number of rows with a target."""
        return self.target.filled if self.tags is None else self.summary.rows - self.tags.unknown


def describe_table(path: str | Path) -> dict[str, Any]:
    """The content of a table, for choosing its target: `rows`, `delimiter`, `columns` (name, kind, missing, distinct,
    examples, task) and `notes`. Raises `DataError` if it cannot be read."""
    summary = _summarize(Path(path))
    return {
        "format": "csv",
        "rows": summary.rows,
        "delimiter": summary.layout.delimiter_name,
        "columns": [column.document() for column in summary.columns],
        "notes": list(summary.layout.notes),
    }


def check_csv(path: str | Path, title: str | None, target: str | None, task: str | None) -> Card:
    """The card of an uploaded table for a chosen target. Raises `DataError` if it cannot be used."""
    path = Path(path)
    plan = _plan(_summarize(path), target, task)
    return _card(path, title, plan)


def load_csv(
    path: str | Path,
    *,
    target: str | None,
    task: str | None = None,
    title: str | None = None,
    seed: int = 0,
    version: DataVersion = DATA_VERSION,
) -> DataSet:
    """Load an uploaded table; a fifth of its rows is split off as the test part with the seed."""
    path = Path(path)
    plan = _plan(_summarize(path), target, task)
    known = _card(path, title, plan)
    features, target_values = _arrays(plan, known.train_examples + known.test_examples)
    rows = len(target_values)
    labels = target_values if task_of(plan.task).stratifies else None
    rest, test, stratified = split(rows, part_size(rows, TEST_SHARE), seed, labels, version)
    how = "stratified by class" if stratified else "at random"
    note = f"{len(test):,} of {rows:,} rows were split off for testing with the seed, {how}."
    train, held_back = (
        Part(
            {name: values[indices] for name, values in features.items()},
            {plan.target.name: target_values[indices]},
        )
        for indices in (rest, test)
    )
    return DataSet(known, train, held_back, notes=[*plan.notes, note])


def _summarize(path: Path) -> ColumnSummary:
    summary = summarize_columns(read_layout(path))
    if summary.rows == 0:
        raise DataError("The table has a header but no rows. Add the rows below it.")
    return summary


def _plan(summary: ColumnSummary, target: str | None, task: str | None) -> _TablePlan:
    if target is None:
        names = ", ".join(column.name for column in summary.columns[:20])
        raise DataError(f"Choose the target column, the one to predict. The columns are: {names}.")
    chosen = summary.column(target)
    notes = list(summary.layout.notes)
    if summary.decimal_comma:
        notes.append("Numbers are written with a decimal comma.")
    tags = None
    if chosen.filled and (task or target_task(chosen)) == "tags":
        tags = _tags(summary, chosen)
        notes += tag_notes(chosen.name, tags)
    if chosen.filled == 0:
        raise DataError(f'The target "{chosen.name}" is empty in every row. Choose another column.')
    known = chosen.filled if tags is None else summary.rows - tags.unknown
    if known < MIN_EXAMPLES:
        rows = "row" if known == 1 else "rows"
        raise DataError(
            f'The table has {known} {rows} with a value of "{chosen.name}"; at least {MIN_EXAMPLES} are '
            "needed to train and test."
        )
    kind: Literal["classes", "number", "tags"]
    kind, classes = ("tags", tags.names) if tags else _target(chosen, task, summary.decimal_comma)
    if known < summary.rows:
        left = summary.rows - known
        rows, are = ("1 row", "is") if left == 1 else (f"{left:,} rows", "are")
        notes.append(f'{rows} without a value of "{chosen.name}" {are} left out.')
    numbers, texts = [], []
    for column in summary.columns:
        if column is chosen:
            continue
        if column.kind == "empty":
            notes.append(f'Column "{column.name}" is empty and ignored.')
        elif column.kind == "number":
            column.check_numbers()
            numbers.append(column)
        else:
            texts.append(column)
            if column.looks_like is not None:
                notes.append(
                    f'Column "{column.name}" is read as text: it holds {column.looks_like}, such as '
                    f"{column.examples[0][:40]!r}. Write plain numbers to use it as numbers."
                )
            if column.missing:
                notes.append(
                    f'Missing values of "{column.name}" ({column.missing:,}) are read as empty texts.'
                )
    if not numbers and not texts:
        raise DataError(f'The table has no column with values to learn from besides "{chosen.name}".')
    return _TablePlan(summary, chosen, kind, classes, numbers, texts, notes, tags)


def _tags(summary: ColumnSummary, column: Column) -> TagCells:
    """The tags of the target. Raises `DataError` if its cells are not lists of tags."""
    tag_cells = column.tags
    if tag_cells is None:
        cells = (row[column.index] for _, row in read_rows(summary.layout))
        tag_cells = chosen_tags(column.name, column.listed, cells)
    values = summary.rows * len(tag_cells.counts)
    if values > MAX_TAG_VALUES:
        raise DataError(
            f'{summary.rows:,} rows with {len(tag_cells.counts):,} tags of "{column.name}" are {values:,} values; '
            f"the limit is {MAX_TAG_VALUES:,}. Use fewer rows or tags."
        )
    return tag_cells


def _target(
    column: Column, task: str | None, decimal_comma: bool
) -> tuple[Literal["classes", "number"], tuple[str, ...]]:
    """Whether the target is a class or a number, and the classes in order."""
    kind = task or target_task(column)
    if kind == "number":
        if column.kind != "number":
            line, value = column.first_text or (2, "")
            raise DataError(
                f'The target "{column.name}" must be a number, but line {line:,} holds {value[:60]!r}. '
                "Predict its classes instead, or choose another column."
            )
        column.check_numbers()
        if column.counts is not None and len(column.counts) == 1:
            raise DataError(_constant(column))
        return "number", ()
    if column.kind == "number":
        column.check_numbers()
    if column.counts is None:
        raise DataError(
            f'The target "{column.name}" has more than {MAX_CLASSES:,} different values, too many for classes. '
            + ("Predict it as a number." if column.kind == "number" else "Choose another column.")
        )
    if column.kind == "number":
        values = {to_number(text, decimal_comma) for text in column.counts}
        classes = tuple(
            _number_name(value) for value in sorted(value for value in values if value is not None)
        )
    else:
        classes = tuple(sorted(column.counts))
    if len(classes) == 1:
        raise DataError(_constant(column))
    if len(classes) > column.filled / 2:
        raise DataError(
            f'The target "{column.name}" has {len(classes):,} different values in {column.filled:,} rows; classes '
            "must occur more often to be learned. "
            + ("Predict it as a number." if column.kind == "number" else "Choose another column.")
        )
    return "classes", classes


def _constant(column: Column) -> str:
    value = next(iter(column.counts or [""]))
    return (
        f'The target "{column.name}" is {value[:60]!r} in every row; there is nothing to learn. '
        "Choose another column."
    )


def _number_name(value: float) -> str:
    return str(int(value)) if value == math.floor(value) else repr(value)


def _card(path: Path, title: str | None, plan: _TablePlan) -> Card:
    rows = plan.rows
    test = part_size(rows, TEST_SHARE)
    features = []
    if plan.numbers:
        names = tuple(column.name for column in plan.numbers)
        features.append(
            Feature(
                name=_free_name(plan),
                kind="vector",
                shape=(len(names),),
                columns=names,
                help=f"The {len(names):,} numeric columns, in the order of the table.",
            )
        )
    for column in plan.texts:
        choices = tuple(sorted(column.counts or ())) if column.kind == "category" else ()
        kind = "category" if column.kind == "category" else "text"
        features.append(Feature(name=column.name, kind=kind, shape=(1,), dtype="string", choices=choices))
    target: Target = {
        "classes": lambda: class_target(plan.classes, plan.target.name),
        "tags": lambda: tag_target(plan.classes, plan.target.name),
        "number": lambda: number_target(plan.target.name),
    }[plan.task]()
    what = f"{len(plan.classes):,} {plan.task}" if plan.classes else "a number to predict"
    return Card.model_validate(
        {
            "name": "upload",
            "title": (title or path.name)[:200],
            "summary": f"An uploaded table: {rows:,} rows, {len(plan.numbers) + len(plan.texts):,} columns to learn "
            f"from, {what}.",
            "source": "Uploaded",
            "licence": "Yours",
            "train_examples": rows - test,
            "test_examples": test,
            "embedded": False,
            "features": tuple(features),
            "targets": (target,),
        }
    )


def _free_name(plan: _TablePlan) -> str:
    """The name of the numeric feature: `features`, unless a column has that name."""
    taken = {column.name for column in plan.texts} | {plan.target.name}
    name = NUMBERS
    while name in taken:
        name += "_"
    return name


def _arrays(plan: _TablePlan, rows: int) -> "tuple[dict[str, np.ndarray], np.ndarray]":
    import numpy as np

    comma = plan.summary.decimal_comma
    numbers = np.full((rows, len(plan.numbers)), np.nan)
    texts = {column.name: np.empty((rows, 1), dtype=object) for column in plan.texts}
    target_values = np.empty(rows, dtype=np.float64 if plan.task == "number" else np.int32)
    if plan.task == "tags":
        target_values = np.zeros((rows, len(plan.classes)), dtype=np.float32)
    codes = {name: number for number, name in enumerate(plan.classes)}
    numeric = plan.target.kind == "number"
    row_index = 0
    for _, row in read_rows(plan.summary.layout):
        cell_of_target = row[plan.target.index]
        if plan.tags is not None:
            tags = split_tags(cell_of_target, plan.tags.separator)
            if tags is None:
                continue
            target_values[row_index, [codes[tag] for tag in tags]] = 1.0
        elif is_missing(cell_of_target):
            continue
        elif plan.task == "number":
            target_values[row_index] = to_number(cell_of_target, comma)  # type: ignore[assignment]
        else:
            value = to_number(cell_of_target, comma) if numeric else None
            target_values[row_index] = codes[cell_of_target.strip() if value is None else _number_name(value)]
        for index, column in enumerate(plan.numbers):
            value = to_number(row[column.index], comma)
            if value is not None:
                numbers[row_index, index] = value
        for column in plan.texts:
            cell = row[column.index]
            texts[column.name][row_index, 0] = "" if is_missing(cell) else cell.strip()
        row_index += 1
    features: dict[str, np.ndarray] = {}
    if plan.numbers:
        empty = [
            column.name for index, column in enumerate(plan.numbers) if np.isnan(numbers[:, index]).all()
        ]
        if empty:
            raise DataError(
                f'Column "{empty[0]}" has values only in rows without a target. Remove it from the table.'
            )
        largest = np.nanmax(np.abs(numbers))
        features[_free_name(plan)] = numbers if largest > _EXACT_IN_FLOAT32 else numbers.astype(np.float32)
    features |= texts
    if plan.task != "number":
        return features, target_values
    return features, target_values.astype(np.float32).reshape(-1, 1)

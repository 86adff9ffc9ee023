"""An uploaded table with a chosen target column, as a data set.

The numeric columns together are one feature, `features`; every column of texts or categories is a feature of its own.
Rows without a target are left out. Missing numbers are NaN in the arrays: they are filled with the mean of the training
examples later, in `prepare`. Missing texts are empty.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from blockwright.data.loading import DataSet, Part
from blockwright.data.splitting import few_examples, part_size, split
from blockwright.data.tables.csv_columns import (
    Column,
    ColumnSummary,
    is_missing,
    summarize_columns,
    target_task,
    to_number,
)
from blockwright.data.tables.csv_target import TARGET_COLUMNS, Cell, ColumnTarget
from blockwright.data.tables.csv_text import read_layout, read_rows
from blockwright.recipe.settings import DATA_VERSION, DataVersion
from blockwright.schema.data.dataset_card import Card
from blockwright.schema.data.errors import DataError
from blockwright.schema.data.features import Feature
from blockwright.schema.service_calls import UploadDescription
from blockwright.tasks import task_of

TEST_SHARE = 0.2
NUMBERS = "features"
_EXACT_IN_FLOAT32 = 2**24


@dataclass
class _TablePlan:
    """How each column is used."""

    summary: ColumnSummary
    column: Column
    target: ColumnTarget
    numbers: list[Column]
    texts: list[Column]
    notes: list[str]


def describe_table(path: str | Path) -> UploadDescription:
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
    features, targets = _arrays(plan)
    rows = len(targets)
    labels = targets if task_of(plan.target.target.kind).stratifies else None
    rest, test, stratified = split(rows, part_size(rows, TEST_SHARE), seed, labels, version)
    how = "stratified by class" if stratified else "at random"
    note = f"{len(test):,} of {rows:,} rows were split off for testing with the seed, {how}."
    train, held_back = (
        Part(
            {name: values[indices] for name, values in features.items()},
            {plan.column.name: targets[indices]},
        )
        for indices in (rest, test)
    )
    return DataSet(_card(path, title, plan), train, held_back, notes=[*plan.notes, note])


def _summarize(path: Path) -> ColumnSummary:
    summary = summarize_columns(read_layout(path))
    if summary.rows == 0:
        raise DataError("The table has a header but no rows. Add the rows below it.")
    return summary


def _plan(summary: ColumnSummary, target: str | None, task: str | None) -> _TablePlan:
    if target is None:
        names = ", ".join(column.name for column in summary.columns[:20])
        raise DataError(f"Choose the target column, the one to predict. The columns are: {names}.")
    target_column = summary.column(target)
    notes = list(summary.layout.notes)
    if summary.decimal_comma:
        notes.append("Numbers are written with a decimal comma.")
    if target_column.filled == 0:
        raise DataError(f'The target "{target_column.name}" is empty in every row. Choose another column.')
    column_target = TARGET_COLUMNS[task or target_task(target_column)].read(summary, target_column)
    notes += [*few_examples(column_target.rows), *column_target.notes]
    if column_target.rows < summary.rows:
        unlabeled = summary.rows - column_target.rows
        rows, are = ("1 row", "is") if unlabeled == 1 else (f"{unlabeled:,} rows", "are")
        notes.append(f'{rows} without a value of "{target_column.name}" {are} left out.')
    numbers, texts = [], []
    for column in summary.columns:
        if column is target_column:
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
        raise DataError(f'The table has no column with values to learn from besides "{target_column.name}".')
    return _TablePlan(summary, target_column, column_target, numbers, texts, notes)


def _card(path: Path, title: str | None, plan: _TablePlan) -> Card:
    rows = plan.target.rows
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
    target = plan.target.target
    classes = len(target.class_names)
    what = f"{classes:,} {target.kind}" if classes else "a number to predict"
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
    taken = {column.name for column in plan.texts} | {plan.column.name}
    name = NUMBERS
    while name in taken:
        name += "_"
    return name


def _arrays(plan: _TablePlan) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The features by name, and the targets."""
    comma, rows = plan.summary.decimal_comma, plan.target.rows
    numbers = np.full((rows, len(plan.numbers)), np.nan)
    texts = {column.name: np.empty((rows, 1), dtype=object) for column in plan.texts}
    targets: list[Cell] = []
    for _, row in read_rows(plan.summary.layout):
        target = plan.target.value(row[plan.column.index])
        if target is None:
            continue
        for index, column in enumerate(plan.numbers):
            value = to_number(row[column.index], comma)
            if value is not None:
                numbers[len(targets), index] = value
        for column in plan.texts:
            cell = row[column.index]
            texts[column.name][len(targets), 0] = "" if is_missing(cell) else cell.strip()
        targets.append(target)
    features: dict[str, np.ndarray] = {}
    if plan.numbers:
        empty = np.isnan(numbers).all(axis=0)
        if empty.any():
            name = plan.numbers[int(empty.argmax())].name
            raise DataError(
                f'Column "{name}" has values only in rows without a target. Remove it from the table.'
            )
        largest = np.nanmax(np.abs(numbers))
        features[_free_name(plan)] = numbers if largest > _EXACT_IN_FLOAT32 else numbers.astype(np.float32)
    return features | texts, plan.target.array(targets)

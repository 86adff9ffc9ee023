"""An uploaded table with a chosen target column, as a data set.

Its numeric columns together are one feature, `features`; every column of texts or categories is a feature of its own.
Rows without a target are left out. Numbers that are missing are NaN in the arrays: what stands in for them is the mean
of the examples that train, which is only known once those are chosen (see `preparing`). Missing texts are empty.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from blockwright.data.loading import DataSet, Part
from blockwright.data.splitting import part_size, split, split_plain
from blockwright.data.tables.csv_columns import (
    MAX_CLASSES,
    Column,
    Survey,
    is_missing,
    survey,
    target_task,
    to_number,
)
from blockwright.data.tables.csv_tags import MAX_TAG_VALUES, TagCells, chosen_tags, split_tags, tag_notes
from blockwright.data.tables.csv_text import read_layout, read_rows
from blockwright.schema.data_errors import DataError
from blockwright.schema.dataset_cards import Card
from blockwright.schema.features import Feature, Target, class_target, number_target, tag_target

if TYPE_CHECKING:
    import numpy as np

MIN_EXAMPLES = 10
TEST_SHARE = 0.2
NUMBERS = "features"
_EXACT_IN_FLOAT32 = 2**24


@dataclass
class _Plan:
    """What becomes of each column."""

    survey: Survey
    target: Column
    task: Literal["classes", "number", "tags"]
    classes: tuple[str, ...]
    numbers: list[Column]
    texts: list[Column]
    notes: list[str]
    tags: TagCells | None = None

    @property
    def rows(self) -> int:
        """Rows whose target is known."""
        return self.target.filled if self.tags is None else self.survey.rows - self.tags.unknown


def describe_table(path: str | Path) -> dict[str, Any]:
    """What a table holds, for choosing its target: `rows`, `delimiter`, `columns` (name, kind, missing, distinct,
    examples, task) and `notes`. Raises `DataError` where it cannot be read as one."""
    seen = _survey(Path(path))
    return {
        "format": "csv",
        "rows": seen.rows,
        "delimiter": seen.layout.delimiter_name,
        "columns": [column.document() for column in seen.columns],
        "notes": list(seen.layout.notes),
    }


def check_csv(path: str | Path, title: str | None, target: str | None, task: str | None) -> Card:
    """The card of an uploaded table with its target chosen. Raises `DataError` for whatever makes it unusable."""
    path = Path(path)
    plan = _plan(_survey(path), target, task)
    return _card(path, title, plan)


def load_csv(
    path: str | Path, *, target: str | None, task: str | None = None, title: str | None = None, seed: int = 0
) -> DataSet:
    """Load an uploaded table; a fifth of its rows is split off as the test part by the seed. Raises `DataError`."""
    path = Path(path)
    plan = _plan(_survey(path), target, task)
    known = _card(path, title, plan)
    features, answers = _arrays(plan, known.train_examples + known.test_examples)
    size = part_size(len(answers), TEST_SHARE)
    if plan.task == "classes":
        rest, test, stratified = split(answers, size, seed)
    else:
        (rest, test), stratified = split_plain(len(answers), size, seed), False
    how = "every class in its share" if stratified else "at random"
    note = f"{len(test):,} of {len(answers):,} rows were split off for the test by the seed, {how}."
    train, held_back = (
        Part({name: values[places] for name, values in features.items()}, {plan.target.name: answers[places]})
        for places in (rest, test)
    )
    return DataSet(known, train, held_back, notes=[*plan.notes, note])


def _survey(path: Path) -> Survey:
    seen = survey(read_layout(path))
    if seen.rows == 0:
        raise DataError("The table has a header but no rows. Add the rows below it.")
    return seen


def _plan(seen: Survey, target: str | None, task: str | None) -> _Plan:
    if target is None:
        names = ", ".join(column.name for column in seen.columns[:20])
        raise DataError(f"Choose the column that is to be predicted (the target). There are: {names}.")
    chosen = seen.column(target)
    notes = list(seen.layout.notes)
    if seen.decimal_comma:
        notes.append("Numbers are written with a decimal comma.")
    tags = None
    if chosen.filled and (task or target_task(chosen)) == "tags":
        tags = _tags(seen, chosen)
        notes += tag_notes(chosen.name, tags)
    if chosen.filled == 0:
        raise DataError(f'The target "{chosen.name}" is empty in every row. Choose another column.')
    known = chosen.filled if tags is None else seen.rows - tags.unknown
    if known < MIN_EXAMPLES:
        rows = "row" if known == 1 else "rows"
        raise DataError(
            f'The table has {known} {rows} with a value of "{chosen.name}"; at least {MIN_EXAMPLES} are '
            "needed to train and test."
        )
    kind: Literal["classes", "number", "tags"]
    kind, classes = ("tags", tags.names) if tags else _target(chosen, task, seen.decimal_comma)
    if known < seen.rows:
        left = seen.rows - known
        rows, are = ("1 row", "is") if left == 1 else (f"{left:,} rows", "are")
        notes.append(f'{rows} without a value of "{chosen.name}" {are} left out.')
    numbers, texts = [], []
    for column in seen.columns:
        if column is chosen:
            continue
        if column.kind == "empty":
            notes.append(f'Column "{column.name}" is empty and left out.')
        elif column.kind == "number":
            column.refuse_stray()
            numbers.append(column)
        else:
            texts.append(column)
            if column.alike is not None:
                notes.append(
                    f'Column "{column.name}" is read as text: it holds {column.alike}, such as '
                    f"{column.examples[0][:40]!r}. Write plain numbers to use it as such."
                )
            if column.missing:
                notes.append(f'Missing values of "{column.name}" ({column.missing:,}) are empty texts.')
    if not numbers and not texts:
        raise DataError(f'Beside "{chosen.name}" the table has no column with values to learn from.')
    return _Plan(seen, chosen, kind, classes, numbers, texts, notes, tags)


def _tags(seen: Survey, column: Column) -> TagCells:
    """The tags of the target. Raises `DataError` where its cells are no lists of them."""
    found = column.tags
    if found is None:
        cells = (row[column.place] for _, row in read_rows(seen.layout))
        found = chosen_tags(column.name, column.listed, cells)
    values = seen.rows * len(found.counts)
    if values > MAX_TAG_VALUES:
        raise DataError(
            f'{seen.rows:,} rows with {len(found.counts):,} tags of "{column.name}" are {values:,} answers; the limit '
            f"is {MAX_TAG_VALUES:,}. Use fewer rows or tags."
        )
    return found


def _target(
    column: Column, task: str | None, decimal_comma: bool
) -> tuple[Literal["classes", "number"], tuple[str, ...]]:
    """Whether the target is a class or a number, and the classes in order."""
    kind = task or target_task(column)
    if kind == "number":
        if column.kind != "number":
            line, value = column.first_text or (2, "")
            raise DataError(
                f'The target "{column.name}" is to be a number, but line {line:,} holds {value[:60]!r}. '
                "Predict its classes instead, or choose another column."
            )
        column.refuse_stray()
        if column.counts is not None and len(column.counts) == 1:
            raise DataError(_constant(column))
        return "number", ()
    if column.kind == "number":
        column.refuse_stray()
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
            "must occur more often than that to be learnt. "
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


def _card(path: Path, title: str | None, plan: _Plan) -> Card:
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


def _free_name(plan: _Plan) -> str:
    """`features`, unless a column of texts is called that."""
    taken = {column.name for column in plan.texts} | {plan.target.name}
    name = NUMBERS
    while name in taken:
        name += "_"
    return name


def _arrays(plan: _Plan, rows: int) -> "tuple[dict[str, np.ndarray], np.ndarray]":
    import numpy as np

    comma = plan.survey.decimal_comma
    numbers = np.full((rows, len(plan.numbers)), np.nan)
    texts = {column.name: np.empty((rows, 1), dtype=object) for column in plan.texts}
    answers = np.empty(rows, dtype=np.float64 if plan.task == "number" else np.int32)
    if plan.task == "tags":
        answers = np.zeros((rows, len(plan.classes)), dtype=np.float32)
    codes = {name: number for number, name in enumerate(plan.classes)}
    numeric = plan.target.kind == "number"
    place = 0
    for _, row in read_rows(plan.survey.layout):
        answer = row[plan.target.place]
        if plan.tags is not None:
            tags = split_tags(answer, plan.tags.separator)
            if tags is None:
                continue
            answers[place, [codes[tag] for tag in tags]] = 1.0
        elif is_missing(answer):
            continue
        elif plan.task == "number":
            answers[place] = to_number(answer, comma)  # type: ignore[assignment]
        else:
            value = to_number(answer, comma) if numeric else None
            answers[place] = codes[answer.strip() if value is None else _number_name(value)]
        for at, column in enumerate(plan.numbers):
            value = to_number(row[column.place], comma)
            if value is not None:
                numbers[place, at] = value
        for column in plan.texts:
            cell = row[column.place]
            texts[column.name][place, 0] = "" if is_missing(cell) else cell.strip()
        place += 1
    features: dict[str, np.ndarray] = {}
    if plan.numbers:
        empty = [column.name for at, column in enumerate(plan.numbers) if np.isnan(numbers[:, at]).all()]
        if empty:
            raise DataError(
                f'Column "{empty[0]}" has values only in rows without a target. Remove it from the table.'
            )
        largest = np.nanmax(np.abs(numbers))
        features[_free_name(plan)] = numbers if largest > _EXACT_IN_FLOAT32 else numbers.astype(np.float32)
    features |= texts
    if plan.task != "number":
        return features, answers
    return features, answers.astype(np.float32).reshape(-1, 1)

"""The columns of a table: numbers, categories or texts, determined from all of their cells."""

import math
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

from blockwright.data.tables.csv_tags import SEPARATORS, TagCells, are_tags, likely_separator
from blockwright.data.tables.csv_text import Layout, read_rows
from blockwright.schema.data.errors import DataError

MISSING = frozenset(("", "na", "n/a", "nan", "null", "none", "nil", "?", "-", "#n/a"))
MAX_CATEGORIES = 100
MAX_TARGET_INTEGERS = 20
MAX_CLASSES = 1_000
_MOSTLY_NUMBERS = 0.8
_LONGEST_CATEGORY = 60
_FLOAT32_MAX = 3.4e38
_SHOWN = 5
_DATE = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}([ T]\d{1,2}:\d{2}.*)?")
_FORMATTED_NUMBER = re.compile(r"[€$£¥]?\s?[-+]?\d[\d.,'\u2019 \u00a0\u202f]*\s?[%€$£¥]?")


@dataclass
class Column:
    """One column and what its cells hold.

    Attributes:
        name, index: its name in the header and its index.
        numbers, texts, missing: the number of cells of each kind.
        whole: whether every number is an integer.
        first_text: line and value of the first cell that is neither a number nor missing.
        too_large: line and value of the first number that float32 cannot hold.
        counts: how often each value occurs, up to a limit beyond which it is None.
        examples: the first few values.
        longest: characters of the longest cell.
        listed: how many cells of text contain a semicolon, a bar or a comma, as lists of tags do.
        tags: the tags in those lists, or None if the cells are not such lists.
    """

    name: str
    index: int
    numbers: int = 0
    texts: int = 0
    missing: int = 0
    whole: bool = True
    decimal_commas: int = 0
    first_text: tuple[int, str] | None = None
    too_large: tuple[int, str] | None = None
    counts: Counter[str] | None = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    longest: int = 0
    listed: Counter[str] = field(default_factory=Counter)
    tags: TagCells | None = None

    @property
    def filled(self) -> int:
        """The number of cells that are not missing."""
        return self.numbers + self.texts

    @property
    def kind(self) -> Literal["number", "category", "text", "empty"]:
        """The kind of the column. A column of numbers with a few texts counts as numbers; see `check_numbers`."""
        if self.filled == 0:
            return "empty"
        if self.numbers and self.numbers >= _MOSTLY_NUMBERS * self.filled:
            return "number"
        few = self.counts is not None and len(self.counts) <= max(2, min(MAX_CATEGORIES, self.filled // 3))
        return "category" if few and self.longest <= _LONGEST_CATEGORY else "text"

    @property
    def looks_like(self) -> str | None:
        """What a column of texts looks like: dates, or numbers with signs or separators; None for other texts."""
        if self.kind not in ("category", "text"):
            return None
        if all(_DATE.fullmatch(value) for value in self.examples):
            return "dates"
        if all(_FORMATTED_NUMBER.fullmatch(value) for value in self.examples):
            return "numbers with signs or separators in them"
        return None

    def check_numbers(self) -> None:
        """Raise `DataError` if a column of numbers contains text or a number that cannot be used."""
        if self.first_text is not None:
            line, value = self.first_text
            raise DataError(
                f'Line {line:,}: column "{self.name}" holds {value[:60]!r} where numbers are expected '
                f"({self.numbers:,} of {self.filled:,} values). Correct it, or leave the cell empty."
            )
        if self.too_large is not None:
            line, value = self.too_large
            raise DataError(
                f'Line {line:,}: column "{self.name}" holds {value[:60]}, which is infinite or too large for a '
                "network. Correct it, or leave the cell empty."
            )

    def document(self) -> dict[str, Any]:
        """The column as JSON."""
        distinct = len(self.counts) if self.counts is not None else None
        return {
            "name": self.name,
            "kind": self.kind,
            "missing": self.missing,
            "distinct": distinct,
            "examples": [value[:80] for value in self.examples],
            "task": target_task(self),
        }


@dataclass
class ColumnSummary:
    """Every column of a table, and how many rows it has."""

    layout: Layout
    columns: list[Column]
    rows: int
    decimal_comma: bool

    def column(self, name: str) -> Column:
        """The column of that name; `DataError` that lists the columns if there is none."""
        name = " ".join(name.split())
        for column in self.columns:
            if column.name == name:
                return column
        names = ", ".join(column.name for column in self.columns[:20])
        more = f" and {len(self.columns) - 20:,} more" if len(self.columns) > 20 else ""
        raise DataError(f'The table has no column called "{name[:80]}". It has: {names}{more}.')


def is_missing(cell: str) -> bool:
    """Whether a cell counts as missing: empty, or a word such as NA."""
    return cell.strip().lower() in MISSING


def to_number(cell: str, decimal_comma: bool) -> float | None:
    """The number that a cell holds, or None. NaN counts as None; words for infinity give infinity."""
    text = cell.strip()
    # float() also takes 1_000, which is not a number in a table.
    if "_" in text:
        return None
    try:
        value = float(text.replace(",", ".") if decimal_comma else text)
    except ValueError:
        return None
    return None if value != value else value


def summarize_columns(layout: Layout) -> ColumnSummary:
    """Read every cell of a table once. Raises `DataError` if its rows cannot be read."""
    decimal_comma = layout.delimiter != "," and _uses_decimal_comma(layout)
    columns = [Column(name, index) for index, name in enumerate(layout.columns)]
    rows = 0
    for line, row in read_rows(layout):
        rows += 1
        for column, cell in zip(columns, row, strict=True):
            _count(column, line, cell, decimal_comma)
    _find_tags(layout, columns)
    return ColumnSummary(layout, columns, rows, decimal_comma)


def _find_tags(layout: Layout, columns: list[Column]) -> None:
    """Read the columns again whose cells may be lists of tags."""
    candidates = {}
    for column in columns:
        separator = None if column.kind == "number" else likely_separator(column.listed, column.filled)
        if separator is not None:
            candidates[column.index] = TagCells(separator)
    if not candidates:
        return
    for _, row in read_rows(layout):
        for index, tag_cells in candidates.items():
            tag_cells.add(row[index])
    for index, tag_cells in candidates.items():
        columns[index].tags = tag_cells if are_tags(tag_cells) else None


def _count(column: Column, line: int, cell: str, decimal_comma: bool) -> None:
    text = cell.strip()
    value = to_number(text, decimal_comma)
    if value is None and is_missing(text):
        column.missing += 1
        return
    if value is None:
        column.texts += 1
        column.listed.update(separator for separator in SEPARATORS if separator in text)
        column.first_text = column.first_text or (line, text)
    else:
        column.numbers += 1
        if not math.isfinite(value) or abs(value) > _FLOAT32_MAX:
            column.too_large = column.too_large or (line, text)
            column.whole = False
        elif column.whole and value != math.floor(value):
            column.whole = False
    column.longest = max(column.longest, len(text))
    if column.counts is not None:
        column.counts[text] += 1
        if len(column.counts) > MAX_CLASSES:
            column.counts = None
    if len(column.examples) < _SHOWN and text not in column.examples:
        column.examples.append(text)


def _uses_decimal_comma(layout: Layout) -> bool:
    """Whether numbers are written as 3,14: some cells are, and none as 3.14."""
    with_comma = 0
    for count, (_, row) in enumerate(read_rows(layout)):
        if count >= 200:
            break
        for cell in row:
            if to_number(cell, False) is not None and "." in cell:
                return False
            if "," in cell and cell.count(",") == 1 and to_number(cell, True) is not None:
                with_comma += 1
    return with_comma > 0


def target_task(column: Column) -> Literal["classes", "number", "tags"]:
    """The most likely task of a target column: lists are tags, texts and few distinct integers are classes."""
    if column.tags is not None:
        return "tags"
    if column.kind != "number":
        return "classes"
    few = max(2, min(MAX_TARGET_INTEGERS, column.filled // 5))
    distinct = column.counts is not None and len(column.counts) <= few
    return "classes" if column.whole and distinct else "number"

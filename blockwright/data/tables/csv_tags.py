"""Columns of a table whose cells hold several tags each, such as `billing;login`."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from blockwright.schema.data.errors import DataError

SEPARATORS = {";": "semicolons", "|": "bars", ",": "commas"}
MAX_TAGS = 1_000
MAX_TAG_VALUES = 100_000_000
_SURE = (";", "|")
_OFTEN = 0.2
_MOST_DETECTED = 200
_LONGEST_TAG = 40
_EACH_AT_LEAST = 3
# What people write for "no tag"; other words for a missing value mean that the tags are unknown.
NO_TAG = frozenset(("", "-", "none"))
UNKNOWN = frozenset(("na", "n/a", "nan", "null", "nil", "?", "#n/a"))


@dataclass
class TagCells:
    """The tags of one column whose cells are read as lists.

    Attributes:
        separator: the separator between two tags of a cell.
        counts: how many cells have each tag, until `too_many` is set.
        several: cells with more than one tag.
        without: cells with no tag.
        unknown: cells whose tags are unknown, such as NA.
        longest: characters of the longest tag.
    """

    separator: str
    counts: Counter[str] = field(default_factory=Counter)
    several: int = 0
    without: int = 0
    unknown: int = 0
    longest: int = 0
    too_many: bool = False

    def add(self, cell: str, most: int = MAX_TAGS) -> None:
        """Count the tags of one cell."""
        tags = split_tags(cell, self.separator)
        if tags is None:
            self.unknown += 1
            return
        self.several += len(tags) > 1
        self.without += not tags
        if self.too_many:
            return
        self.counts.update(tags)
        self.longest = max(self.longest, *map(len, tags)) if tags else self.longest
        self.too_many = len(self.counts) > most

    @property
    def names(self) -> tuple[str, ...]:
        """Every tag, sorted."""
        return tuple(sorted(self.counts))


def split_tags(cell: str, separator: str) -> list[str] | None:
    """The tags of a cell, each once; an empty list for a cell without any, None if they are unknown."""
    text = cell.strip().lower()
    if text in UNKNOWN:
        return None
    if text in NO_TAG:
        return []
    tags = (" ".join(tag.split()) for tag in cell.split(separator))
    return list(dict.fromkeys(tag for tag in tags if tag))


def likely_separator(listed: Counter[str], filled: int) -> str | None:
    """The separator that enough cells of a column contain; None if the cells are not lists."""
    separator = max(_SURE, key=lambda candidate: listed[candidate])
    return separator if filled and listed[separator] >= _OFTEN * filled else None


def are_tags(tag_cells: TagCells) -> bool:
    """Whether cells are clearly lists: short tags that recur, and at most a few hundred of them."""
    total = tag_cells.counts.total()
    return (
        not tag_cells.too_many
        and 2 <= len(tag_cells.counts) <= _MOST_DETECTED
        and tag_cells.longest <= _LONGEST_TAG
        and total >= _EACH_AT_LEAST * len(tag_cells.counts)
    )


def chosen_separator(listed: Counter[str]) -> str | None:
    """The separator of a column chosen as tags; None if no cell contains several."""
    separator = max(_SURE, key=lambda candidate: listed[candidate])
    return separator if listed[separator] else ("," if listed[","] else None)


def chosen_tags(name: str, listed: Counter[str], cells: Iterable[str]) -> TagCells:
    """The tags of a column chosen as tags. Raises `DataError` if its cells are not lists.

    Args:
        name: the name of the column.
        listed: how many of its cells contain each separator.
        cells: all of its cells.
    """
    separator = chosen_separator(listed)
    if separator is None:
        raise DataError(
            f'No cell of "{name}" holds several tags, written as billing;login or billing|login. Predict its classes '
            "instead, or choose another column."
        )
    tag_cells = TagCells(separator)
    for cell in cells:
        tag_cells.add(cell)
    check_tags(name, tag_cells)
    return tag_cells


def check_tags(name: str, tag_cells: TagCells) -> None:
    """Raise `DataError` if the tags cannot be learned."""
    if tag_cells.too_many:
        raise DataError(f'The target "{name}" has more than {MAX_TAGS:,} different tags, the limit.')
    if len(tag_cells.counts) < 2:
        only = next(iter(tag_cells.counts), "")
        raise DataError(
            f'The target "{name}" has a single tag, {only[:60]!r}. Predict its classes instead, or choose another '
            "column."
        )


def tag_notes(name: str, tag_cells: TagCells) -> list[str]:
    """Notes on how the cells were read."""
    notes = [
        f'"{name}" holds {len(tag_cells.counts):,} tags separated by {SEPARATORS[tag_cells.separator]}; '
        f"{_rows(tag_cells.several)} more than one."
    ]
    if tag_cells.without:
        notes.append(f'{_rows(tag_cells.without)} no tag in "{name}", which is a valid target.')
    return notes


def _rows(count: int) -> str:
    return "1 row has" if count == 1 else f"{count:,} rows have"

"""Columns of a table whose cells hold several tags each, such as `billing;login`."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from blockwright.schema.data_errors import DataError

SEPARATORS = {";": "semicolons", "|": "bars", ",": "commas"}
MAX_TAGS = 1_000
MAX_TAG_VALUES = 100_000_000
_SURE = (";", "|")
_OFTEN = 0.2
_MOST_DETECTED = 200
_LONGEST_TAG = 40
_EACH_AT_LEAST = 3
# What people write for "no tag at all"; other words for a missing value mean that it is not known.
NO_TAG = frozenset(("", "-", "none"))
UNKNOWN = frozenset(("na", "n/a", "nan", "null", "nil", "?", "#n/a"))


@dataclass
class TagCells:
    """What the cells of one column hold when they are read as lists.

    Attributes:
        separator: what stands between two tags of a cell.
        counts: how many cells have each tag; no more are counted beyond the limit, which `too_many` tells.
        several: cells with more than one tag.
        without: cells with no tag.
        unknown: cells that say that nothing is known, such as NA.
        longest: characters of the longest tag.
    """

    separator: str
    counts: Counter[str] = field(default_factory=Counter)
    several: int = 0
    without: int = 0
    unknown: int = 0
    longest: int = 0
    too_many: bool = False

    def see(self, cell: str, most: int = MAX_TAGS) -> None:
        """Take one cell into account."""
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
        """Every tag, in order."""
        return tuple(sorted(self.counts))


def split_tags(cell: str, separator: str) -> list[str] | None:
    """The tags of a cell, each once; an empty list for a cell without any, None where they are not known."""
    text = cell.strip().lower()
    if text in UNKNOWN:
        return None
    if text in NO_TAG:
        return []
    tags = (" ".join(tag.split()) for tag in cell.split(separator))
    return list(dict.fromkeys(tag for tag in tags if tag))


def likely_separator(listed: Counter[str], filled: int) -> str | None:
    """What seems to stand between tags, by how many cells of a column hold it; None for no list."""
    found = max(_SURE, key=lambda one: listed[one])
    return found if filled and listed[found] >= _OFTEN * filled else None


def are_tags(found: TagCells) -> bool:
    """Whether cells clearly hold lists: short words of which each returns, and no more than a few hundred of them."""
    total = found.counts.total()
    return (
        not found.too_many
        and 2 <= len(found.counts) <= _MOST_DETECTED
        and found.longest <= _LONGEST_TAG
        and total >= _EACH_AT_LEAST * len(found.counts)
    )


def chosen_separator(listed: Counter[str]) -> str | None:
    """What stands between the tags of a column that is said to hold some; None where no cell holds several."""
    found = next((one for one in sorted(_SURE, key=lambda one: -listed[one]) if listed[one]), None)
    return found or ("," if listed[","] else None)


def chosen_tags(name: str, listed: Counter[str], cells: Iterable[str]) -> TagCells:
    """The tags of a column that is said to hold some. Raises `DataError` where its cells are no lists.

    Args:
        name: the column.
        listed: how many of its cells hold each separator.
        cells: all of its cells.
    """
    separator = chosen_separator(listed)
    if separator is None:
        raise DataError(
            f'No cell of "{name}" holds several tags, written as billing;login or billing|login. Predict its classes '
            "instead, or choose another column."
        )
    found = TagCells(separator)
    for cell in cells:
        found.see(cell)
    check_tags(name, found)
    return found


def check_tags(name: str, found: TagCells) -> None:
    """Raise `DataError` where tags cannot be learnt."""
    if found.too_many:
        raise DataError(f'The target "{name}" has more than {MAX_TAGS:,} different tags, which is the limit.')
    if len(found.counts) < 2:
        only = next(iter(found.counts), "")
        raise DataError(
            f'The target "{name}" knows a single tag, {only[:60]!r}. Predict its classes instead, or choose another '
            "column."
        )


def tag_notes(name: str, found: TagCells) -> list[str]:
    """What was made of the cells, in sentences."""
    notes = [
        f'"{name}" holds {len(found.counts):,} tags separated by {SEPARATORS[found.separator]}; '
        f"{_rows(found.several)} more than one."
    ]
    if found.without:
        notes.append(f'{_rows(found.without)} no tag in "{name}": an answer like any other.')
    return notes


def _rows(count: int) -> str:
    return "1 row has" if count == 1 else f"{count:,} rows have"

"""How a generated file reads the target of an uploaded file, for each task."""

from abc import ABC, abstractmethod
from typing import ClassVar

from blockwright.data.arrays.npz_file import Header
from blockwright.data.tables.csv_columns import Column
from blockwright.data.tables.csv_tags import NO_TAG, UNKNOWN, chosen_separator
from blockwright.schema.data.features import Target
from blockwright.tasks import family

_SPLIT_TAGS = '''
def split_tags(cell):
    """The tags of a cell; None if they are unknown."""
    if cell.strip().lower() in {unknown!r}:
        return None
    if cell.strip().lower() in {none!r}:
        return []
    return [" ".join(tag.split()) for tag in cell.split({separator!r})]
'''


class TargetSource(ABC):
    """The target of one task, in a column of a table or in an array.

    Attributes:
        row_is_labeled: the expression that tells whether a row of a table has a target.
    """

    kind: ClassVar[str]
    row_is_labeled: ClassVar[str] = "not is_missing(row[TARGET])"

    def constants(self, target: Target) -> list[str]:
        """The constants that `column` needs."""
        return []

    def helpers(self, column: Column) -> list[str]:
        """The functions that `column` needs."""
        return []

    @abstractmethod
    def column(self, column: Column) -> list[str]:
        """The statements that make `targets` of `rows`."""

    @abstractmethod
    def array(self, target: Target, array: str, train: str, header: Header) -> str:
        """The expression of the target in an array.

        Args:
            target: the target.
            array: the expression of the array.
            train: that of its training part, whose values give the classes.
            header: its shape and type.
        """


class ClassSource(TargetSource):
    """Class numbers, in the order of the sorted labels."""

    kind = "classes"

    def column(self, column: Column) -> list[str]:
        cell = "number(row[TARGET])" if column.kind == "number" else "row[TARGET].strip()"
        return ["_, targets = np.unique([" + cell + " for row in rows], return_inverse=True)"]

    def array(self, target: Target, array: str, train: str, header: Header) -> str:
        if len(header.shape) == 2 and header.shape[1] > 1:
            return f"{array}.argmax(axis=1)"
        flat, labels = (text if len(header.shape) == 1 else f"{text}.reshape(-1)" for text in (array, train))
        if header.dtype.kind == "S":
            flat, labels = (f'np.char.decode({text}, "utf-8", "replace")' for text in (flat, labels))
        names = tuple(str(number) for number in range(len(target.class_names)))
        if header.dtype.kind in "iu" and target.class_names == names:
            return flat if header.dtype.name in ("uint8", "int32", "int64") else f'{flat}.astype("int64")'
        return f"np.searchsorted(np.unique({labels}), {flat})"


class NumberSource(TargetSource):
    """Numbers in a column of their own."""

    kind = "number"

    def column(self, column: Column) -> list[str]:
        return ['targets = np.array([[number(row[TARGET])] for row in rows]).astype("float32")']

    def array(self, target: Target, array: str, train: str, header: Header) -> str:
        return f'{array}.reshape(-1, 1).astype("float32")'


class TagSource(TargetSource):
    """A 0 or 1 for each tag."""

    kind = "tags"
    row_is_labeled = "split_tags(row[TARGET]) is not None"

    def constants(self, target: Target) -> list[str]:
        return [f"TAGS = {list(target.class_names)!r}"]

    def helpers(self, column: Column) -> list[str]:
        separator = chosen_separator(column.listed)
        return [_SPLIT_TAGS.format(separator=separator, unknown=sorted(UNKNOWN), none=sorted(NO_TAG))]

    def column(self, column: Column) -> list[str]:
        return [
            "tags_of_rows = [split_tags(row[TARGET]) for row in rows]",
            'targets = np.array([[tag in tags for tag in TAGS] for tags in tags_of_rows]).astype("float32")',
        ]

    def array(self, target: Target, array: str, train: str, header: Header) -> str:
        return f'{array}.astype("float32")'


class ReconstructionSource(NumberSource):
    """A feature, which no column or array holds as a target."""

    kind = "reconstruction"


TARGET_SOURCE = family([ClassSource(), NumberSource(), TagSource(), ReconstructionSource()])

"""Reading an uploaded table as rows of text: its encoding, delimiter and header, with every limit checked.

Nothing in a cell is ever evaluated: what looks like a formula is text.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from blockwright.schema.data.errors import DataError

MAX_CSV_BYTES = 100_000_000
MAX_ROWS = 1_000_000
MAX_COLUMNS = 1_000
MAX_CELLS = 10_000_000
MAX_CELL = 20_000
MAX_COLUMN_NAME = 100
MAX_LINE_BYTES = 5_000_000
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_SAMPLE_BYTES = 200_000
_SAMPLE_ROWS = 50
_SAVE = 'Save it as "CSV UTF-8" in your spreadsheet program.'


@dataclass(frozen=True)
class Layout:
    """How a table is written.

    Attributes:
        path: the file.
        delimiter: the separator of cells.
        columns: the names in the header, each once.
        notes: notes on the header.
    """

    path: Path
    delimiter: str
    columns: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def delimiter_name(self) -> str:
        """The name of the delimiter."""
        return _DELIMITERS[self.delimiter]


def read_layout(path: Path) -> Layout:
    """Check that a file is text, and find its delimiter and header. Raises `DataError` otherwise."""
    _check_text(path)
    with path.open("rb") as file:
        sample = file.read(_SAMPLE_BYTES).decode("utf-8-sig", "ignore")
    header = sample.split("\n", 1)[0]
    if header.startswith("sep=") and len(header.rstrip("\r")) == 5:
        raise DataError('The first line says "sep=", which only Excel understands. Remove that line.')
    delimiter = _delimiter(sample)
    with path.open(encoding="utf-8-sig", newline="") as file:
        first = next(_records(file, delimiter), (1, []))[1]
    names, notes = _names(first)
    return Layout(path, delimiter, names, notes)


def read_rows(layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Every row after the header with the number of its first line; blank lines are skipped.

    Raises `DataError` at a row that has more or fewer cells than the header, a cell that is too long, or when there
    are too many rows.
    """
    expected, most = len(layout.columns), min(MAX_ROWS, MAX_CELLS // len(layout.columns))
    with layout.path.open(encoding="utf-8-sig", newline="") as file:
        records = _records(file, layout.delimiter)
        next(records, None)
        for count, (line, row) in enumerate(records, 1):
            if len(row) != expected:
                raise DataError(
                    f"Line {line:,} has {len(row):,} value{'' if len(row) == 1 else 's'}, but the header has "
                    f"{expected:,} columns. Give every row one value per column; put text that contains a "
                    f"{layout.delimiter_name} in double quotes."
                )
            if count > most:
                raise DataError(
                    f"The table has more than {most:,} rows of {expected:,} columns, the limit. "
                    "Use fewer rows or columns."
                )
            for name, cell in zip(layout.columns, row, strict=True):
                if len(cell) > MAX_CELL:
                    raise DataError(
                        f'Line {line:,}: column "{name}" holds {len(cell):,} characters; the limit is {MAX_CELL:,}.'
                    )
            yield line, row


def _check_text(path: Path) -> None:
    """Check that a file is UTF-8 text, line by line, so that only one line is in memory."""
    try:
        size = path.stat().st_size
    except OSError:
        raise DataError(f"There is no file {path.name[:80]}. Upload it again.") from None
    if size > MAX_CSV_BYTES:
        raise DataError(
            f"A table may have up to {MAX_CSV_BYTES // 1_000_000} MB. Received: {size / 1e6:,.0f} MB. "
            "Use fewer rows or columns."
        )
    with path.open("rb") as file:
        start = file.read(4)
        if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise DataError(f"The file is text in UTF-16; a table is read in UTF-8. {_SAVE}")
        if start[:4] == b"PK\x03\x04" or start[:4] == b"\xd0\xcf\x11\xe0":
            raise DataError(f"The file is a workbook or an archive, not a text table. {_SAVE}")
        file.seek(0)
        number = 0
        while line := file.readline(MAX_LINE_BYTES + 1):
            number += 1
            if len(line) > MAX_LINE_BYTES:
                raise DataError(
                    f"Line {number:,} is longer than {MAX_LINE_BYTES // 1_000_000} MB, so this is not a table. "
                    "Save it with one row per line."
                )
            if b"\0" in line:
                raise DataError(f"Line {number:,} holds a NUL byte, so the file is not a text table. {_SAVE}")
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                byte = line[error.start]
                raise DataError(
                    f"Line {number:,} is not text in UTF-8 (byte {byte:#04x} at position {error.start + 1:,}). {_SAVE}"
                ) from None
    if number == 0:
        raise DataError("The file is empty. A table has a line with the names of its columns, then its rows.")


def _delimiter(sample: str) -> str:
    """The delimiter with which most rows of a sample have the same number of cells as the first row, more than one."""
    best_score, best = (0, 0), ","
    for delimiter in _DELIMITERS:
        widths = []
        try:
            for _, row in zip(range(_SAMPLE_ROWS), _nonblank(sample, delimiter), strict=False):
                widths.append(len(row))
        except csv.Error:
            continue
        if widths and widths[0] > 1:
            score = (sum(width == widths[0] for width in widths) * 100 // len(widths), widths[0])
            if score > best_score:
                best_score, best = score, delimiter
    return best


def _nonblank(sample: str, delimiter: str) -> Iterator[list[str]]:
    return (row for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if row)


def _records(file: io.TextIOBase, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(file, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            if "field limit" in str(error):
                problem = "a cell is far too long; most likely a double quote is never closed"
            elif "unexpected end" in str(error):
                problem = "a double quote is opened and never closed"
            else:
                problem = "a double quote is not followed by the end of its cell; write it twice inside text"
            raise DataError(f"Line {line:,} cannot be read: {problem}.") from None
        if row is None:
            return
        if len(row) > 1 or any(cell.strip() for cell in row):
            yield line, row


def _names(header: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the columns, and notes. Raises `DataError` for an invalid header."""
    if len(header) > MAX_COLUMNS:
        raise DataError(
            f"The table has {len(header):,} columns; the limit is {MAX_COLUMNS:,}. Keep the columns you need."
        )
    names, notes = [" ".join(name.split()) for name in header], []
    if not any(names):
        raise DataError("The first line has no column names. Give every column a name in the first line.")
    if all(_is_number(name) for name in names):
        raise DataError(
            "The first line holds only numbers; it must hold the names of the columns. Add a line with names."
        )
    for index, name in enumerate(names):
        if len(name) > MAX_COLUMN_NAME:
            raise DataError(
                f"The name of column {index + 1:,} has {len(name):,} characters; the limit is {MAX_COLUMN_NAME}."
            )
        if not name:
            names[index] = f"column_{index + 1}"
            notes.append(f'Column {index + 1:,} has no name and is called "{names[index]}".')
    first_index: dict[str, int] = {}
    for index, name in enumerate(names):
        if name in first_index:
            raise DataError(
                f'The columns {first_index[name] + 1:,} and {index + 1:,} are both called "{name}". '
                "Give every column its own name."
            )
        first_index[name] = index
    if len(names) == 1:
        raise DataError(
            f'The table has a single column, "{names[0]}". It needs one to predict and one or more to learn from, '
            "separated by commas, semicolons or tabs."
        )
    return tuple(names), tuple(notes)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True

"""The epochs of a run as a table in CSV, for spreadsheet programs and notebooks."""

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from blockwright.runs.history import History

EPOCH_COLUMNS = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds", "examples_per_second")


def epochs_csv(history: "History") -> str:
    """One line an epoch, with a heading, and a column for every measure of every output where there are several."""
    rows = [{**row, **(row.get("metrics") or {})} for row in history.epochs]
    found = dict.fromkeys(name for row in rows for name in row if name not in (*EPOCH_COLUMNS, "metrics"))
    columns = [*EPOCH_COLUMNS, *found]
    buffer = io.StringIO()
    table = csv.writer(buffer, lineterminator="\n")
    table.writerow([text_cell(name) for name in columns])
    table.writerows([row.get(name) for name in columns] for row in rows)
    return buffer.getvalue()


def text_cell(text: str) -> str:
    """A text as a cell of a table, where no spreadsheet program takes it for a formula: an apostrophe goes before one.

    Names of outputs are what people typed. After OWASP's page on CSV injection.
    """
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text

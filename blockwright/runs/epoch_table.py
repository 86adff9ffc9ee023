"""Epochs as flat rows: what a run's `history.json`, its CSV file and the command line's result are made of."""

import csv
import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from blockwright.runs.events import Epoch, Evaluated

if TYPE_CHECKING:
    from blockwright.runs.history import History

EPOCH_COLUMNS = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds", "examples_per_second")
_PARTS = ("", "val_", "test_")


def flat_epoch(epoch: Epoch) -> dict[str, Any]:
    """An epoch as a row: `accuracy` and `val_accuracy` (None without), and the other metrics of its outputs.

    A single output has its metric at the top. Of several, `metrics` holds `<output>_loss`, `<output>_<metric>`, and
    the same with `val_` in front.
    """
    return {
        "epoch": epoch["epoch"],
        "loss": epoch["loss"],
        "accuracy": None,
        "val_loss": epoch["val_loss"],
        "val_accuracy": None,
        **_flat_values(epoch["outputs"]),
        "seconds": epoch["seconds"],
        "examples_per_second": epoch["examples_per_second"],
    }


def flat_evaluation(evaluated: Evaluated | None) -> dict[str, Any]:
    """The test as a row, likewise: `test_loss`, `test_accuracy` and what else was measured; None where it was not."""
    row: dict[str, Any] = {"test_loss": None, "test_accuracy": None}
    if evaluated is None:
        return row
    values = _flat_values(evaluated["outputs"])
    if "metrics" not in values:
        values.pop("test_loss", None)
    return row | {"test_loss": evaluated["test_loss"]} | values


def epochs_csv(history: "History") -> str:
    """One line an epoch, with a heading, and a column for every metric of every output where there are several."""
    flat = [flat_epoch(epoch) for epoch in history.epochs]
    rows = [{**row, **row.get("metrics", {})} for row in flat]
    others = dict.fromkeys(name for row in rows for name in row if name not in (*EPOCH_COLUMNS, "metrics"))
    columns = [*EPOCH_COLUMNS, *others]
    buffer = io.StringIO()
    table = csv.writer(buffer, lineterminator="\n")
    table.writerow([text_cell(name) for name in columns])
    table.writerows([row.get(name) for name in columns] for row in rows)
    return buffer.getvalue()


def text_cell(text: str) -> str:
    """A text as a cell of a table, with an apostrophe before what a spreadsheet program would run as a formula.

    Names of outputs are what people typed. After OWASP's page on CSV injection.
    """
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text


def _flat_values(outputs: Mapping[str, Mapping[str, float | None]]) -> dict[str, Any]:
    if len(outputs) == 1:
        return dict(next(iter(outputs.values())))
    metrics = {}
    for part in _PARTS:
        for output, values in outputs.items():
            for name, value in values.items():
                if _part(name) == part:
                    metrics[f"{part}{output}_{name.removeprefix(part)}"] = value
    return {"metrics": metrics}


def _part(name: str) -> str:
    return next((part for part in _PARTS[1:] if name.startswith(part)), "")

"""Uploaded files: arrays in .npz format and tables in .csv format."""

from pathlib import Path
from typing import Any

from blockwright.data.loading import DataSet
from blockwright.recipe.settings import DataVersion
from blockwright.schema.data.dataset_card import Card
from blockwright.schema.data.dataset_config import TABLE_SUFFIXES, DataChoice, read_choice
from blockwright.schema.data.errors import DataError
from blockwright.schema.service_calls import UploadDescription


def is_table(path: str | Path) -> bool:
    """Whether a file is read as a table, by its suffix."""
    return Path(path).suffix.lower() in TABLE_SUFFIXES


def check_upload(choice: dict[str, Any] | DataChoice) -> Card:
    """The card of an uploaded file, without loading all of it. Raises `DataError` if it cannot be used."""
    chosen = read_choice(choice)
    path = _path(chosen)
    if is_table(path):
        from blockwright.data.tables.csv_table import check_csv

        return check_csv(path, chosen.title, chosen.target, chosen.task)
    from blockwright.data.arrays.npz import check_npz

    _refuse_target(chosen)
    return check_npz(path, chosen.title, chosen.task)


def load_upload(choice: DataChoice, seed: int, version: DataVersion) -> DataSet:
    """Load an uploaded file, splitting off a test part with the seed if it has none. Raises `DataError`."""
    path = _path(choice)
    if is_table(path):
        from blockwright.data.tables.csv_table import load_csv

        return load_csv(
            path, target=choice.target, task=choice.task, title=choice.title, seed=seed, version=version
        )
    from blockwright.data.arrays.npz import load_npz

    _refuse_target(choice)
    return load_npz(path, seed=seed, title=choice.title, task=choice.task, version=version)


def describe_upload(path: str | Path) -> UploadDescription:
    """The content of an uploaded file: its `format`, "csv" or "npz", and the columns of a table.

    Raises `DataError` if the file cannot be used.
    """
    if is_table(path):
        from blockwright.data.tables.csv_table import describe_table

        return describe_table(path)
    from blockwright.data.arrays.npz import check_npz

    check_npz(path)
    return {"format": "npz"}


def _path(choice: DataChoice) -> Path:
    if choice.path is None:
        raise DataError("An uploaded data set needs the path of its file. Upload the file again.")
    return Path(choice.path)


def _refuse_target(choice: DataChoice) -> None:
    if choice.target is not None:
        raise DataError(
            "A target column is chosen for tables in .csv format; an .npz file has its labels in y_train."
        )

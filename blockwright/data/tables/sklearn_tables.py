"""The small tables of scikit-learn, read from its files because importing the library takes a second."""

import gzip
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from blockwright.data.loading import DataSet, Part
from blockwright.data.splitting import split
from blockwright.recipe.settings import DATA_VERSION, DataVersion
from blockwright.schema.data.dataset_cards import card
from blockwright.schema.data.errors import DataError
from blockwright.schema.data.table_cards import SPLIT_SEED, TEST_ROWS
from blockwright.tasks import task_of

if TYPE_CHECKING:
    import numpy as np

_FILES = {"iris": "iris.csv", "wine": "wine_data.csv", "breast_cancer": "breast_cancer.csv"}


def sklearn_file(name: str) -> Path:
    """The path of a data file inside scikit-learn; `DataError` if it is not installed."""
    package = importlib.util.find_spec("sklearn")
    path = None
    if package is not None and package.submodule_search_locations:
        path = Path(package.submodule_search_locations[0]) / "datasets" / "data" / name
    if path is None or not path.is_file():
        raise DataError(
            f"This data set comes with scikit-learn ({name}), which is not completely installed here: "
            "pip install scikit-learn."
        )
    return path


def load_table(name: str, version: DataVersion = DATA_VERSION) -> DataSet:
    """One of `table_cards.TABLES`: its numbers as float32, with a fixed split into training and test part."""
    import numpy as np

    dataset_card = card(name)
    columns, target = dataset_card.features[0].columns, dataset_card.targets[0]
    if name == "diabetes":
        values = _read("diabetes_data_raw.csv.gz", None, 0)
        target_values = _read("diabetes_target.csv.gz", None, 0)
    else:
        whole = _read(_FILES[name], ",", 1)
        values, target_values = whole[:, :-1], whole[:, -1]
    if (
        values.shape[1] != len(columns)
        or len(values) != dataset_card.train_examples + dataset_card.test_examples
    ):
        raise DataError(
            f"{dataset_card.title} in this scikit-learn has {len(values):,} rows of {values.shape[1]}; expected are "
            f"{dataset_card.train_examples + dataset_card.test_examples:,} of {len(columns)}. "
            "Install scikit-learn 1.1 or newer."
        )
    values = values.astype(np.float32)
    labels = None
    if task_of(target.kind).stratifies:
        labels = target_values = target_values.astype(np.int32)
    else:
        target_values = target_values.astype(np.float32).reshape(-1, 1)
    rest, test, _ = split(len(values), TEST_ROWS[name], SPLIT_SEED, labels, version)
    train, held_back = (
        Part({dataset_card.features[0].name: values[indices]}, {target.name: target_values[indices]})
        for indices in (rest, test)
    )
    return DataSet(dataset_card, train, held_back)


def _read(name: str, delimiter: str | None, skip: int) -> "np.ndarray":
    import numpy as np

    path = sklearn_file(name)
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        return np.loadtxt(file, delimiter=delimiter, skiprows=skip, dtype=np.float64)

"""How a run preprocessed its data, and the code that does the same to a row of a table or to other examples."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, cast

from blockwright.recipe.settings import SettingsError
from blockwright.runs.records import Run
from blockwright.schema.data.errors import DataError
from blockwright.schema.data.preprocessing import InputPreprocessing, Preprocessing
from blockwright.schema.findings import DesignError
from blockwright.training import artifacts

if TYPE_CHECKING:
    from blockwright.schema.design import Design

_TABLE_KINDS = ("text", "category", "tags")

_ROW = """import json

import keras
import numpy as np
import tensorflow as tf

model = keras.saving.load_model("{model}")
with open("{file}", encoding="utf-8") as file:
    preprocessing = json.load(file)


def read(entry, row):
    \"\"\"What one input reads of a row, as a batch of one.\"\"\"
    if entry["dtype"] == "string":
        return tf.constant(row[entry["reads"]], shape=(1, *entry["shape"]))
    values = np.array([row[name] for name in entry["columns"]], dtype="float64")
    values = np.where(np.isnan(values), entry["fill"], values)
    values = (values - np.array(entry["shift"])) * entry["factor"]
    return tf.constant(values.reshape(1, *entry["shape"]), entry["dtype"])


row = {row}
inputs = [read(entry, row) for entry in preprocessing["inputs"].values()]
outputs = model.predict({inputs})
"""

_CLASS = """class_names = preprocessing["outputs"]["{output}"]["class_names"]
print(class_names[outputs.argmax()])
"""


def read_preprocessing(run: Run, design: "Design", folder: Path) -> Preprocessing | None:
    """What the run wrote; for a run of an earlier version from its data, and None where that is not available."""
    try:
        return cast(Preprocessing, json.loads((folder / artifacts.PREPROCESSING).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        pass
    from blockwright.data.preprocessing import describe_preprocessing
    from blockwright.export.verify import prepared_again

    try:
        return describe_preprocessing(prepared_again(run, design), design.inputs)
    except (DataError, DesignError, SettingsError, OSError):
        return None


def reads_rows(preprocessing: Preprocessing | None) -> bool:
    """Whether all inputs read columns of a table."""
    if preprocessing is None:
        return False
    return all(
        entry["columns"] or entry["kind"] in _TABLE_KINDS for entry in preprocessing["inputs"].values()
    )


def row_code(preprocessing: Preprocessing, model: str, file: str) -> str:
    """Python that predicts one row of a table with the exported model; the row is the mean of the training rows."""
    row: dict[str, float | str] = {}
    for entry in preprocessing["inputs"].values():
        row |= _typical(entry)
    listed = "\n".join(f"    {name!r}: {value!r}," for name, value in row.items())
    inputs = "inputs[0]" if len(preprocessing["inputs"]) == 1 else "inputs"
    code = _ROW.replace("{model}", model).replace("{file}", file).replace("{inputs}", inputs)
    code = code.replace("{row}", f"{{\n{listed}\n}}")
    outputs = preprocessing["outputs"]
    if len(outputs) == 1:
        ((name, meaning),) = outputs.items()
        if meaning["kind"] == "classes" and len(meaning["class_names"]) > 2:
            return code + _CLASS.replace('"{output}"', repr(name))
    return f"{code}print(outputs)\n"


def _typical(entry: InputPreprocessing) -> dict[str, float | str]:
    if entry["dtype"] == "string":
        return {entry["reads"]: entry["choices"][0] if entry["choices"] else "a text"}
    means = entry["fill"] if isinstance(entry["fill"], list) else [entry["fill"]] * len(entry["columns"])
    return {name: float(f"{mean:.4g}") for name, mean in zip(entry["columns"], means, strict=True)}

"""How prepared data was preprocessed, as a document to keep with a trained network."""

from collections.abc import Sequence

import numpy as np

from blockwright.data.prepare import InputForm
from blockwright.data.prepared import Prepared
from blockwright.schema.data.preprocessing import InputPreprocessing, Numbers, Preprocessing


def describe_preprocessing(prepared: Prepared, inputs: Sequence[InputForm]) -> Preprocessing:
    """The document for a design's inputs, with the numbers of the training examples."""
    return {
        "format": 1,
        "inputs": {entry.id: _input(prepared, entry) for entry in inputs},
        "outputs": {
            output: {
                "kind": target.kind,
                "target": target.name,
                "class_names": list(target.class_names),
                "unit": target.unit,
            }
            for output, target in prepared.tasks.items()
        },
    }


def _input(prepared: Prepared, entry: InputForm) -> InputPreprocessing:
    feature, columns = prepared.reads[entry.id], prepared.columns.get(entry.id)
    shift: Numbers = 0.0
    factor: Numbers = prepared.scales[entry.id]
    if columns is not None:
        shift, factor = columns.shift.tolist(), columns.factor.tolist()
    means = prepared.means.get(entry.id)
    return {
        "reads": feature.name,
        "kind": feature.kind,
        "columns": list(feature.columns or (feature.choices if feature.kind == "tags" else ())),
        "choices": list(feature.choices),
        "shape": list(prepared.inputs[entry.id].shape[1:]),
        "dtype": entry.dtype,
        "fill": 0.0 if means is None else np.asarray(means, dtype=np.float64).tolist(),
        "shift": shift,
        "factor": factor,
    }

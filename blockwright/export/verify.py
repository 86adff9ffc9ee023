"""Whether an exported file predicts the same as the network: examples, outputs, and the comparison."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blockwright.design.output_activation import last_activation
from blockwright.design.wiring import resolve_outputs
from blockwright.recipe.settings import Settings, SettingsError
from blockwright.runs.records import COMMAND_LINE, Run
from blockwright.schema.data.errors import DataError
from blockwright.schema.findings import DesignError
from blockwright.schema.run.exports import ExportError, ExportKind, RunComparison

if TYPE_CHECKING:
    import numpy as np

    from blockwright.data.prepared import Prepared
    from blockwright.export.formats import Runner
    from blockwright.network import DesignedModel
    from blockwright.schema.design import Design

MAX_EXAMPLES = 64
RUN_TOLERANCE = {"float32": 1e-4, "bfloat16": 0.1}
"""How far a probability may be from the run's own: bfloat16 keeps three digits in every layer."""

BFLOAT16_NOTE = "The run computed in bfloat16; this file has float32 weights and computes in float32."

_MAX_VALUES = 4_000_000
_BATCH_SIZE = 8
_OPEN_SIZE = 64


@dataclass
class Examples:
    """Inputs to predict.

    Attributes:
        inputs: one array for each input of the design, of its type, batch first.
        description: what they are, in words that follow a number: "test examples of the run".
        probabilities: the run's own predictions, `(examples, classes)`; None where it was not evaluated or its
            data is not available.
    """

    inputs: "list[np.ndarray]"
    description: str
    probabilities: "np.ndarray | None" = None

    def __len__(self) -> int:
        return len(self.inputs[0])


@dataclass(frozen=True)
class Comparison:
    """The largest difference, the largest that is allowed, and over how many examples."""

    difference: float
    tolerance: float
    examples: int
    description: str

    @property
    def equal(self) -> bool:
        """Whether the difference is allowed."""
        return self.difference <= self.tolerance

    @property
    def sentence(self) -> str:
        """The comparison in words."""
        return (
            f"Loaded again and compared with the network on {self.examples:,} {self.description}: the largest "
            f"difference is {_number(self.difference)}, up to {_number(self.tolerance)} is allowed."
        )


def gather(run: Run, design: "Design", folder: Path) -> Examples:
    """Test examples of the run with its own predictions, or seeded numbers where the data is not available."""
    try:
        return _test_examples(run, design, folder)
    except (DataError, DesignError, SettingsError, OSError):
        return _seeded(design)


def predict(run: "Runner", inputs: "list[np.ndarray]") -> "list[np.ndarray]":
    """All outputs for all examples, a few at a time so that a wide network fits in memory."""
    import numpy as np

    parts = [
        run([array[start : start + _BATCH_SIZE] for array in inputs])
        for start in range(0, len(inputs[0]), _BATCH_SIZE)
    ]
    return [np.concatenate(outputs) for outputs in zip(*parts, strict=True)]


def predict_with_network(network: "DesignedModel", examples: Examples) -> "list[np.ndarray]":
    """The outputs of the network itself in float32. Raises `ExportError` where they are not finite."""
    import numpy as np
    import tensorflow as tf

    def run(inputs: "list[np.ndarray]") -> "list[np.ndarray]":
        tensors = [tf.convert_to_tensor(array) if array.dtype == object else array for array in inputs]
        outputs = network(tensors if len(tensors) > 1 else tensors[0], training=False)
        return [
            np.asarray(output) for output in (outputs if isinstance(outputs, list | tuple) else [outputs])
        ]

    outputs = predict(run, examples.inputs)
    if not all(np.isfinite(output).all() for output in outputs):
        raise ExportError(
            "With the weights of this run, the network outputs NaN or infinity, so no file could be verified. Train "
            "again with a lower learning rate."
        )
    return outputs


def compare(
    kind: ExportKind, examples: Examples, outputs: "list[np.ndarray]", expected: "list[np.ndarray]"
) -> Comparison:
    """How far a file's outputs are from the network's."""
    import numpy as np

    largest = max(float(np.abs(array).max()) for array in expected)
    differences = [np.abs(a.astype(np.float64) - b) for a, b in zip(outputs, expected, strict=True)]
    difference = max(
        float(array.max()) if np.isfinite(array).all() else float("inf") for array in differences
    )
    return Comparison(
        difference, (kind.tolerance or 0.0) * max(1.0, largest), len(examples), examples.description
    )


def compare_with_run(
    design: "Design", precision: str, examples: Examples, outputs: "list[np.ndarray]"
) -> RunComparison | None:
    """A file's probabilities against those that the run saved when it was evaluated; None without them."""
    import numpy as np

    from blockwright.tasks.classification import Classification, class_probabilities

    own = examples.probabilities
    if own is None:
        return None
    probabilities = class_probabilities(outputs[0], Classification().from_logits(last_activation(design)))
    difference = float(np.abs(probabilities.astype(np.float64) - own).max())
    same = int((probabilities.argmax(axis=1) == own.argmax(axis=1)).sum())
    tolerance = RUN_TOLERANCE[precision]
    sentence = (
        f"The largest difference from the probabilities of the run itself is {_number(difference)}, up to "
        f"{_number(tolerance)} is allowed; the predicted class is the same for {same:,} of {len(own):,}."
    )
    if precision == "bfloat16":
        sentence += f" {BFLOAT16_NOTE}"
    if difference > tolerance:
        sentence += " The run's data or weights have changed since it was evaluated."
    return {
        "difference": difference,
        "tolerance": tolerance,
        "same_class": same,
        "examples": len(own),
        "sentence": sentence,
    }


def _number(value: float) -> str:
    return f"{value:.2g}"


def prepared_again(run: Run, design: "Design") -> "Prepared":
    """The data of a run, prepared as it was; needs the data to be on this machine.

    Raises DataError, DesignError, SettingsError or OSError where it is not, or can no longer be used.
    """
    from blockwright.data.loading import load
    from blockwright.training.setup.prepare_run import output_shapes, prepare_run

    settings = Settings.read(run.settings)
    _check_local(run, settings.data)
    dataset = load(settings.data, seed=settings.seed, version=settings.data_version)
    return prepare_run(design, output_shapes(design), settings, dataset)[0]


def _test_examples(run: Run, design: "Design", folder: Path) -> Examples:
    import numpy as np

    from blockwright.runs.evaluation_reader import read_predictions

    prepared = prepared_again(run, design)
    total = prepared.test_examples
    count = min(_count(array.shape[1:]) for array in prepared.test_inputs.values())
    positions = np.linspace(0, total - 1, min(total, count)).astype(int)
    inputs = [
        _scaled(prepared.test_inputs[entry.id][positions], entry.dtype, prepared.scales[entry.id])
        for entry in design.inputs
    ]
    try:
        predictions = read_predictions(folder) or {}
    except ValueError:
        predictions = {}
    probabilities = predictions.get("probabilities")
    if probabilities is not None and (len(probabilities) != total or len(resolve_outputs(design)) > 1):
        probabilities = None
    own = None if probabilities is None else probabilities[positions]
    return Examples(inputs, "test examples of the run's data", own)


def _scaled(array: "np.ndarray", dtype: str, scale: float) -> "np.ndarray":
    """The values of an input, scaled as the run scaled them."""
    import numpy as np

    if dtype == "string":
        return array
    inputs = array.astype(np.float32)
    if scale != 1.0:
        inputs *= np.float32(scale)
    return inputs.astype(dtype)


def _check_local(run: Run, choice: dict[str, Any]) -> None:
    """An export never downloads, and never reads a file that is not the owner's. Raises `DataError`."""
    from blockwright.data.downloading import SOURCES, is_downloaded
    from blockwright.runs.files.home import home
    from blockwright.runs.files.upload_store import check_owned

    if choice["name"] in SOURCES and not is_downloaded(choice["name"]):
        raise DataError("The data of this run is no longer on this machine.")
    if choice["name"] == "upload" and run.owner != COMMAND_LINE:
        check_owned(choice["path"], home(), run.owner)


def _seeded(design: "Design") -> Examples:
    import numpy as np

    numbers = np.random.default_rng(0)
    shapes = [tuple(_OPEN_SIZE if size is None else size for size in entry.shape) for entry in design.inputs]
    count = min(_count(shape) for shape in shapes)
    inputs = [
        np.full((count, *shape), "word", dtype=object)
        if entry.dtype == "string"
        else numbers.random((count, *shape), dtype=np.float32).astype(entry.dtype)
        for shape, entry in zip(shapes, design.inputs, strict=True)
    ]
    return Examples(inputs, "random inputs (seed 0), because the run's data is not on this machine")


def _count(shape: tuple[int, ...]) -> int:
    return max(1, min(MAX_EXAMPLES, _MAX_VALUES // max(1, math.prod(shape))))

"""Whether an exported file gives the network's answers: examples to ask about, the answers, and the comparison."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blockwright.design.output_activation import last_activation
from blockwright.design.structure import resolve_outputs
from blockwright.runs.records import COMMAND_LINE, Run
from blockwright.schema.data_errors import DataError
from blockwright.schema.exports import ExportError, ExportKind
from blockwright.schema.findings import DesignError
from blockwright.schema.training import Settings, SettingsError

if TYPE_CHECKING:
    import numpy as np

    from blockwright.export.formats import Runner
    from blockwright.network import DesignedModel
    from blockwright.schema.design import Design

MOST_EXAMPLES = 64
RUN_TOLERANCE = {"float32": 1e-4, "bfloat16": 0.1}
"""How far a probability may lie from what the run itself said: bfloat16 keeps three digits in every layer."""

_MOST_VALUES = 4_000_000
_AT_ONCE = 8
_ANY_SIZE = 64


@dataclass
class Examples:
    """Inputs to ask about.

    Attributes:
        inputs: one array for each input of the design, of its type, batch first.
        what: what they are, in words that follow a number: "test examples of the run".
        probabilities: what the run itself answered, `(examples, classes)`; None where it was not evaluated or its
            data is not here.
    """

    inputs: "list[np.ndarray]"
    what: str
    probabilities: "np.ndarray | None" = None

    def __len__(self) -> int:
        return len(self.inputs[0])


@dataclass(frozen=True)
class Comparison:
    """The largest difference that was found, the largest that is allowed, and over how many examples."""

    difference: float
    tolerance: float
    examples: int
    what: str

    @property
    def equal(self) -> bool:
        """Whether the difference is within what is allowed."""
        return self.difference <= self.tolerance

    @property
    def sentence(self) -> str:
        """The comparison in words."""
        return (
            f"Loaded back and compared with the network on {self.examples:,} {self.what}: the largest difference "
            f"is {_number(self.difference)}, up to {_number(self.tolerance)} is allowed."
        )


def gather(run: Run, design: "Design", folder: Path) -> Examples:
    """Test examples of the run with its own answers to them, or seeded numbers where the data is not here."""
    try:
        return _test_examples(run, design, folder)
    except (DataError, DesignError, SettingsError, OSError):
        return _seeded(design)


def answers(run: "Runner", inputs: "list[np.ndarray]") -> "list[np.ndarray]":
    """All outputs for all examples, a few at a time so that a wide network fits in memory."""
    import numpy as np

    parts = [
        run([one[start : start + _AT_ONCE] for one in inputs]) for start in range(0, len(inputs[0]), _AT_ONCE)
    ]
    return [np.concatenate(outputs) for outputs in zip(*parts, strict=True)]


def network_answers(network: "DesignedModel", examples: Examples) -> "list[np.ndarray]":
    """What the network itself says in float32. Raises `ExportError` where that is not a number."""
    import numpy as np
    import tensorflow as tf

    def run(inputs: "list[np.ndarray]") -> "list[np.ndarray]":
        given = [tf.convert_to_tensor(one) if one.dtype == object else one for one in inputs]
        outputs = network(given if len(given) > 1 else given[0], training=False)
        return [np.asarray(one) for one in (outputs if isinstance(outputs, list | tuple) else [outputs])]

    found = answers(run, examples.inputs)
    if not all(np.isfinite(one).all() for one in found):
        raise ExportError(
            "The weights of this run give answers that are not numbers, so no file of it could be checked. Train "
            "again with a smaller learning rate."
        )
    return found


def compare(
    kind: ExportKind, examples: Examples, found: "list[np.ndarray]", expected: "list[np.ndarray]"
) -> Comparison:
    """How far a file's answers lie from the network's."""
    import numpy as np

    largest = max(float(np.abs(one).max()) for one in expected)
    apart = [np.abs(a.astype(np.float64) - b) for a, b in zip(found, expected, strict=True)]
    difference = max(float(one.max()) if np.isfinite(one).all() else float("inf") for one in apart)
    return Comparison(difference, (kind.tolerance or 0.0) * max(1.0, largest), len(examples), examples.what)


def compare_with_run(
    design: "Design", precision: str, examples: Examples, found: "list[np.ndarray]"
) -> dict[str, Any] | None:
    """How far a file's probabilities lie from those that the run wrote down when it was tested; None without them.

    Gives `difference`, `tolerance`, `same_class` (how many examples get the same class), `examples`, `sentence`.
    """
    import numpy as np

    from blockwright.tasks.classification import Classification, class_probabilities

    own = examples.probabilities
    if own is None:
        return None
    outputs = found[0]
    probabilities = class_probabilities(outputs, Classification().from_logits(last_activation(design)))
    difference = float(np.abs(probabilities.astype(np.float64) - own).max())
    same = int((probabilities.argmax(axis=1) == own.argmax(axis=1)).sum())
    tolerance = RUN_TOLERANCE[precision]
    sentence = (
        f"Against the run's own predictions the largest difference in a probability is {_number(difference)}, up to "
        f"{_number(tolerance)} is allowed; the class is the same for {same:,} of {len(own):,}."
    )
    if precision == "bfloat16":
        sentence += " The run computed in bfloat16, this file holds float32 weights and computes in float32."
    if difference > tolerance:
        sentence += " The run's data or weights were changed since it was tested."
    return {
        "difference": difference,
        "tolerance": tolerance,
        "same_class": same,
        "examples": len(own),
        "sentence": sentence,
    }


def _number(value: float) -> str:
    return f"{value:.2g}"


def _test_examples(run: Run, design: "Design", folder: Path) -> Examples:
    import numpy as np

    from blockwright.data.loading import load
    from blockwright.runs.evaluation_reader import read_predictions
    from blockwright.training.prepare_run import output_shapes, prepare_run

    settings = Settings.read(run.settings)
    _check_local(run, settings.data)
    dataset = load(settings.data, seed=settings.seed, version=settings.data_version)
    prepared, _ = prepare_run(design, output_shapes(design), settings, dataset)
    total = prepared.test_examples
    count = min(_count(array.shape[1:]) for array in prepared.test_inputs.values())
    places = np.linspace(0, total - 1, min(total, count)).astype(int)
    inputs = [
        _ready(prepared.test_inputs[one.id][places], one.dtype, prepared.scales[one.id])
        for one in design.inputs
    ]
    try:
        kept = read_predictions(folder)
    except ValueError:
        kept = None
    probabilities = None if kept is None else kept.get("probabilities")
    own = None if probabilities is None or len(probabilities) != total else probabilities[places]
    if len(resolve_outputs(design)) > 1:
        own = None
    return Examples(inputs, "test examples of the run's data", own)


def _ready(array: "np.ndarray", dtype: str, scale: float) -> "np.ndarray":
    """An input as the network takes it."""
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
    from blockwright.runs.home import home
    from blockwright.runs.upload_store import check_owned

    if choice["name"] in SOURCES and not is_downloaded(choice["name"]):
        raise DataError("The data of this run is not on this machine any more.")
    if choice["name"] == "upload" and run.owner != COMMAND_LINE:
        check_owned(choice["path"], home(), run.owner)


def _seeded(design: "Design") -> Examples:
    import numpy as np

    numbers = np.random.default_rng(0)
    shapes = [tuple(_ANY_SIZE if size is None else size for size in one.shape) for one in design.inputs]
    count = min(_count(shape) for shape in shapes)
    inputs = [
        np.full((count, *shape), "word", dtype=object)
        if one.dtype == "string"
        else numbers.random((count, *shape), dtype=np.float32).astype(one.dtype)
        for shape, one in zip(shapes, design.inputs, strict=True)
    ]
    return Examples(inputs, "random inputs (seed 0), because the run's data is not on this machine")


def _count(shape: tuple[int, ...]) -> int:
    values = 1
    for size in shape:
        values *= size
    return max(1, min(MOST_EXAMPLES, _MOST_VALUES // max(1, values)))

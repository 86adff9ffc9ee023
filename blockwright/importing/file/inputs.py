"""The inputs of a model: names, shapes and data types."""

from dataclasses import dataclass
from typing import Any

from blockwright.importing.file.calls import plain
from blockwright.importing.file.model_config import Layer
from blockwright.importing.problems import Report, Unsupported, short
from blockwright.schema.design import DTYPES

MAX_ENDPOINTS = 16
"""How many inputs, and how many outputs, a design has at most."""

_MAX_DIMENSIONS = 4
_MAX_SIZE = 100_000


@dataclass(frozen=True)
class ModelInput:
    """One input; `shape`, without the batch, and `rank`, with it, are None where the file does not say."""

    id: str
    shape: list[int | None] | None
    dtype: str

    @property
    def rank(self) -> int | None:
        """How many dimensions it has, the batch included."""
        return None if self.shape is None else len(self.shape) + 1

    def document(self) -> dict[str, Any]:
        """This input in the design format."""
        return {"id": self.id, "shape": self.shape, "dtype": self.dtype}


def read_input(layer: Layer, input_id: str, nested: bool, report: Report) -> ModelInput:
    """The input that an InputLayer stands for. Raises `Unsupported` for one that a design cannot have.

    Args:
        input_id: its id in the design.
        nested: whether it belongs to a nested model, whose inputs get their shapes from outside.
    """
    config = layer.config
    for name in ("sparse", "ragged", "optional"):
        if config.get(name) is True:
            raise Unsupported(f"It is {name}; the inputs of a design are dense and never optional.")
    shape = plain(config.get("batch_shape", config.get("batch_input_shape")))
    if shape is None:
        if nested:
            return ModelInput(input_id, None, "float32")
        raise Unsupported(
            "The model's input has no shape yet. Call `model.build((None, 28, 28, 1))` with the shape of your data, or "
            "start with a keras.Input, and save the JSON again."
        )
    if not isinstance(shape, list) or not shape:
        raise Unsupported(
            f"`batch_shape` must be a list that starts with the batch. Received: {short(shape)}."
        )
    sizes = shape[1:]
    valid = all(size is None or (type(size) is int and 1 <= size <= _MAX_SIZE) for size in sizes)
    if not valid or (not nested and not 1 <= len(sizes) <= _MAX_DIMENSIONS):
        raise Unsupported(
            f"Its shape must have 1 to {_MAX_DIMENSIONS} sizes after the batch, each between 1 and {_MAX_SIZE:,} or "
            f"null. Received: {short(shape)}."
        )
    if shape[0] is not None:
        report.note("batch size", layer.name)
    return ModelInput(input_id, sizes, _dtype(config.get("dtype")))


def _dtype(value: Any) -> str:
    if isinstance(value, dict) and isinstance(value.get("config"), dict):
        value = value["config"].get("name")
    if value is None:
        return "float32"
    if not isinstance(value, str) or value not in DTYPES:
        raise Unsupported(f"Its data type must be one of {', '.join(DTYPES)}. Received: {short(value)}.")
    return value

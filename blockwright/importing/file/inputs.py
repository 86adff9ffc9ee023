"""The inputs of a model: names, shapes and data types; and the body of nodes that they open."""

from dataclasses import dataclass, field
from typing import Any

from blockwright.importing.file.calls import plain
from blockwright.importing.file.model_config import Layer
from blockwright.importing.problems import Report, Unfit, short
from blockwright.schema.design import DTYPES

MOST_ENDS = 16
"""How many inputs, and how many outputs, a design has at most."""

_MOST_DIMENSIONS = 4
_LARGEST = 100_000


@dataclass(frozen=True)
class Entrance:
    """One input: `shape` without the batch; `shape` and `rank` are None where the file does not tell them."""

    id: str
    shape: list[int | None] | None
    dtype: str

    @property
    def rank(self) -> int | None:
        """How many dimensions it has, the batch included."""
        return None if self.shape is None else len(self.shape) + 1

    def document(self) -> dict[str, Any]:
        """This input as a design has it."""
        return {"id": self.id, "shape": self.shape, "dtype": self.dtype}


@dataclass
class Body:
    """The inside of a design or a composite.

    Attributes:
        ranks: how many dimensions each output has, where that is known.
        masked: whether each output may carry a mask.
    """

    inputs: list[Entrance] = field(default_factory=list)
    nodes: list[dict[str, Any]] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    ranks: list[int | None] = field(default_factory=list)
    masked: list[bool] = field(default_factory=list)

    def ends(self) -> dict[str, list[str]]:
        """The key `outputs`, left out where it would name the last node alone."""
        last = [self.nodes[-1]["id"]] if self.nodes else None
        return {} if self.outputs == last else {"outputs": self.outputs}


def read_input(layer: Layer, own: str, inner: bool, report: Report) -> Entrance:
    """The input that an InputLayer stands for. Raises `Unfit` for one that a design cannot have.

    Args:
        own: its id in the design.
        inner: whether it belongs to a model inside another one, where the shape comes from outside.
    """
    config = layer.config
    for name in ("sparse", "ragged", "optional"):
        if config.get(name) is True:
            raise Unfit(f"It is {name}; the inputs of a design are dense, and all of them are given.")
    given = plain(config.get("batch_shape", config.get("batch_input_shape")))
    if given is None:
        if inner:
            return Entrance(own, None, "float32")
        raise Unfit(
            "The model's input has no shape yet. Call `model.build((None, 28, 28, 1))` with the shape of your data, or "
            "put a keras.Input first, and write the JSON again."
        )
    if not isinstance(given, list) or not given:
        raise Unfit(f"`batch_shape` must be a list that begins with the batch. Received: {short(given)}.")
    sizes = given[1:]
    fits = all(one is None or (type(one) is int and 1 <= one <= _LARGEST) for one in sizes)
    if not fits or (not inner and not 1 <= len(sizes) <= _MOST_DIMENSIONS):
        raise Unfit(
            f"Its shape must have 1 to {_MOST_DIMENSIONS} sizes after the batch, each between 1 and {_LARGEST:,} or "
            f"null. Received: {short(given)}."
        )
    if given[0] is not None:
        report.note("batch size", layer.name)
    return Entrance(own, sizes, _dtype(config.get("dtype")))


def _dtype(value: Any) -> str:
    if isinstance(value, dict) and isinstance(value.get("config"), dict):
        value = value["config"].get("name")
    if value is None:
        return "float32"
    if not isinstance(value, str) or value not in DTYPES:
        raise Unfit(f"Its data type must be one of {', '.join(DTYPES)}. Received: {short(value)}.")
    return value

"""The design format: a directed acyclic graph of blocks as plain data (imports nothing of Keras or Streamlit)."""

import json
import re
from collections.abc import Container
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, field_validator

from blockwright.schema.findings import shortened

FORMAT: Literal[1] = 1
MAX_NODES = 2000
MAX_INSIDE = 5000
"""How many nodes the definitions of a design's composite blocks may hold together."""
MAX_NAME = 120
MAX_REPEAT = 100
DTYPES = ("float32", "int32", "int64", "uint8", "bool", "string")

Identifier = Annotated[str, Field(min_length=1, max_length=MAX_NAME)]
Dimension = Annotated[int, Field(strict=True, ge=1, le=100_000)]
Coordinate = Annotated[float, Field(ge=-1e6, le=1e6, allow_inf_nan=False)]
Position = tuple[Coordinate, Coordinate]

_COMPOSITE_NAME = re.compile(r"[A-Z][A-Za-z0-9]{0,59}")
_NO_NAMES = ("None", "True", "False")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Input(_Part):
    """One input of the network; `shape` leaves out the batch, and None stands for a size left open.

    `at` is where someone put it on the canvas, in pixels; None leaves its place to the layout.
    """

    id: Identifier
    shape: Annotated[tuple[Dimension | None, ...], Field(min_length=1, max_length=4)]
    dtype: Literal["float32", "int32", "int64", "uint8", "bool", "string"] = "float32"
    at: Position | None = None

    def document(self) -> dict[str, Any]:
        """This input as JSON, with everything left out that says nothing."""
        entry: dict[str, Any] = {"id": self.id, "shape": list(self.shape)}
        if self.dtype != "float32":
            entry["dtype"] = self.dtype
        return _with_position(entry, self.at)


class Node(_Part):
    """One block of the network.

    Attributes:
        inputs: what it reads; None means the node listed before it, and an empty list means nothing yet. An entry
            "id/1" is the second result of a node that gives several.
        trainable: whether training changes its weights; a node that shares another's weights goes by that one.
        repeat: how many copies stand in a chain, each with its own weights. A network has at most
            `composites.MAX_LAYERS` blocks when all copies and the insides of its composite blocks are written out.
        shares: the node whose layer, and so whose weights, this one uses.
        at: where someone put it on the canvas, in pixels; None leaves its place to the layout.
    """

    id: Identifier
    block: Identifier
    params: dict[str, Any] = {}
    inputs: Annotated[tuple[Identifier, ...], Field(max_length=64)] | None = None
    enabled: StrictBool = True
    trainable: StrictBool = True
    repeat: Annotated[int, Field(strict=True, ge=1, le=MAX_REPEAT)] = 1
    shares: Identifier | None = None
    at: Position | None = None

    @property
    def named_inputs(self) -> tuple[str, ...]:
        """The inputs that the node names itself; none where it reads the node listed before it."""
        return self.inputs or ()

    def document(self) -> dict[str, Any]:
        """This node as JSON, with everything left out that says nothing."""
        entry: dict[str, Any] = {"id": self.id, "block": self.block}
        if self.params:
            entry["params"] = dict(self.params)
        if self.inputs is not None:
            entry["inputs"] = list(self.inputs)
        if self.repeat != 1:
            entry["repeat"] = self.repeat
        if self.shares is not None:
            entry["shares"] = self.shares
        if not self.enabled:
            entry["enabled"] = False
        if not self.trainable:
            entry["trainable"] = False
        return _with_position(entry, self.at)


class Composite(_Part):
    """A block of the design's own: nodes under one name, used like any other block.

    Attributes:
        inputs: the names by which its nodes read what the block is given.
        params: the arguments that it takes, with their defaults. Where a node's argument is `{"param": "filters"}`,
            it is the value of `filters`.
        outputs: what it gives; None means its last node.
    """

    inputs: Annotated[tuple[Identifier, ...], Field(min_length=1, max_length=16)]
    params: Annotated[dict[Identifier, Any], Field(max_length=32)] = {}
    nodes: Annotated[tuple[Node, ...], Field(max_length=MAX_NODES)] = ()
    outputs: Annotated[tuple[Identifier, ...], Field(min_length=1, max_length=16)] | None = None

    def document(self) -> dict[str, Any]:
        """The definition as JSON, with everything left out that says nothing."""
        document: dict[str, Any] = {"inputs": list(self.inputs)}
        if self.params:
            document["params"] = dict(self.params)
        document["nodes"] = [node.document() for node in self.nodes]
        if self.outputs is not None:
            document["outputs"] = list(self.outputs)
        return document


class Design(_Part):
    """A network as plain data. Reading it checks the form; `check_structure` and the catalog check the rest."""

    format: Literal[1] = FORMAT
    name: Annotated[str, Field(max_length=MAX_NAME)] = "Untitled"
    inputs: Annotated[tuple[Input, ...], Field(min_length=1, max_length=16)]
    nodes: Annotated[tuple[Node, ...], Field(max_length=MAX_NODES)] = ()
    outputs: Annotated[tuple[Identifier, ...], Field(min_length=1, max_length=16)] | None = None
    composites: Annotated[dict[str, Composite], Field(max_length=100)] = {}

    @field_validator("composites", mode="after")
    @classmethod
    def _names(cls, composites: dict[str, Composite]) -> dict[str, Composite]:
        for name in composites:
            if not _COMPOSITE_NAME.fullmatch(name) or name in _NO_NAMES:
                raise ValueError(
                    f"has a block named {shortened(name)}; the name of a composite block is one word of letters and "
                    "digits that begins with a capital, such as ResidualUnit"
                )
        inside = sum(len(composite.nodes) for composite in composites.values())
        if inside > MAX_INSIDE:
            raise ValueError(f"hold {inside:,} nodes together; up to {MAX_INSIDE:,} are read")
        return composites

    def node(self, node_id: str) -> Node:
        """The node of that id; KeyError where there is none."""
        for node in self.nodes:
            if node.id == node_id:
                return node
        raise KeyError(node_id)

    def index(self, node_id: str) -> int:
        """The place of that node in the list, from 0; KeyError where there is none."""
        for index, node in enumerate(self.nodes):
            if node.id == node_id:
                return index
        raise KeyError(node_id)

    def ids(self) -> set[str]:
        """Every name in use, inputs included."""
        return {entry.id for entry in self.inputs} | {node.id for node in self.nodes}

    def body(self, name: str) -> "Design":
        """The inside of a composite block as a design: the shapes of its inputs are open. KeyError if unknown.

        Its arguments stand in the nodes as they are written, `{"param": …}` included.
        """
        composite = self.composites[name]
        return Design.model_construct(
            format=self.format,
            name=name,
            inputs=tuple(Input(id=input_id, shape=(None,)) for input_id in composite.inputs),
            nodes=composite.nodes,
            outputs=composite.outputs,
            composites=self.composites,
        )

    def document(self) -> dict[str, Any]:
        """The design as JSON in its short form: what has its default is left out."""
        document = {
            "format": self.format,
            "name": self.name,
            "inputs": [entry.document() for entry in self.inputs],
            "nodes": [node.document() for node in self.nodes],
        }
        if self.outputs is not None:
            document["outputs"] = list(self.outputs)
        if self.composites:
            document["composites"] = {
                name: composite.document() for name, composite in self.composites.items()
            }
        return document

    def text(self) -> str:
        """The design as a JSON file, one node a line, so that two versions compare well."""
        document = self.document()
        lines = [f'  "{key}": {_json(document[key])}' for key in ("format", "name", "inputs")]
        lines.append(f'  "nodes": {_node_lines(document["nodes"], "  ")}')
        if "outputs" in document:
            lines.append(f'  "outputs": {_json(document["outputs"])}')
        if "composites" in document:
            blocks = ",\n".join(
                f"    {_json(name)}: {_composite_lines(composite)}"
                for name, composite in document["composites"].items()
            )
            lines.append(f'  "composites": {{\n{blocks}\n  }}')
        return "{\n" + ",\n".join(lines) + "\n}\n"


def port(ids: Container[str], source: str) -> tuple[str, int]:
    """The node or input that a source names, and which of its results: ("lstm", 1) for "lstm/1".

    A name that is in `ids` as it stands is that node's first result, whatever it looks like.
    """
    if source not in ids:
        base, slash, number = source.rpartition("/")
        if slash and base and number.isascii() and number.isdigit() and len(number) <= 3:
            return base, int(number)
    return source, 0


def _with_position(entry: dict[str, Any], at: Position | None) -> dict[str, Any]:
    if at is not None:
        entry["at"] = [int(number) if number == int(number) else number for number in at]
    return entry


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _node_lines(nodes: list[dict[str, Any]], indent: str) -> str:
    if not nodes:
        return "[]"
    return "[\n" + ",\n".join(f"{indent}  {_json(node)}" for node in nodes) + f"\n{indent}]"


def _composite_lines(document: dict[str, Any]) -> str:
    parts = [
        f'"{key}": {_node_lines(value, "      ") if key == "nodes" else _json(value)}'
        for key, value in document.items()
    ]
    return "{\n      " + ",\n      ".join(parts) + "\n    }"

"""Small designs for the tests of this folder."""

from typing import Any

from blockwright.design.parse import read_design
from blockwright.schema.design import Design


def node(
    block: str, node_id: str | None = None, inputs: list[str] | None = None, **params: Any
) -> dict[str, Any]:
    """One node as JSON; its name is the block's in small letters unless another is given."""
    entry: dict[str, Any] = {"id": node_id or block.lower(), "block": block, "params": params}
    return entry if inputs is None else {**entry, "inputs": inputs}


def design(*nodes: dict[str, Any], shape: tuple = (28, 28, 1), **rest: Any) -> Design:
    """A design of these nodes on one image input."""
    inputs = [{"id": "image", "shape": list(shape)}]
    return read_design({"format": 1, "name": "Test", "inputs": inputs, "nodes": list(nodes), **rest})


def classifier(*nodes: dict[str, Any], units: int = 10, **rest: Any) -> Design:
    """A design of these nodes with global average pooling and a softmax head behind them."""
    head = (node("GlobalAveragePooling2D", "pool"), node("Dense", "head", units=units, activation="softmax"))
    return design(*nodes, *head, **rest)

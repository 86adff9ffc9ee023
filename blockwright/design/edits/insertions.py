"""Edits that insert layers into the wires of a design."""

from collections.abc import Mapping, Sequence
from typing import Any

from blockwright.design.edits.edit_helpers import unused_name
from blockwright.design.wiring import Wiring, partial_wiring
from blockwright.schema.design import Design
from blockwright.schema.rules import Edits

Layers = list[tuple[str, dict[str, Any]]]
"""A chain of layers, each with its arguments."""


def insert_between(
    design: Design, sources: Sequence[str], node_id: str, layers: Mapping[str, Layers]
) -> Edits:
    """Edits that insert layers before a node with these `sources`: for each source that `layers` names, a chain."""
    edits: Edits = []
    inputs = list(sources)
    names = design.ids()
    for source, chain in layers.items():
        last = source
        for block, params in chain:
            name = unused_name(names, block)
            names.add(name)
            index = design.index(node_id) + len(edits)
            edits.append(_insert(block, params, name, last) | {"index": index})
            last = name
        inputs = [last if name == source else name for name in inputs]
    edits.append({"op": "connect", "node": node_id, "inputs": inputs})
    return edits


def append_layers(design: Design, output: str, layers: Layers) -> Edits:
    """Edits that add layers after an output, of which the last becomes the output."""
    edits: Edits = []
    names = design.ids()
    last = output
    for block, params in layers:
        name = unused_name(names, block)
        names.add(name)
        edits.append(_insert(block, params, name, last))
        last = name
    if design.outputs is not None:
        outputs = [last if name == output else name for name in design.outputs]
        edits.append({"op": "outputs", "outputs": outputs})
    return edits


def insert_after(design: Design, node_id: str, block: str) -> Edits:
    """Edits that insert one layer between a node and every node that reads it."""
    wires: Wiring = partial_wiring(design)
    name = unused_name(design.ids(), block)
    edits: Edits = [_insert(block, {}, name, node_id) | {"index": design.index(node_id) + 1}]
    for reader in wires.readers(node_id):
        sources = [name if wires.node_of(source) == node_id else source for source in wires.reads[reader]]
        edits.append({"op": "connect", "node": reader, "inputs": sources})
    if design.outputs is not None and node_id in map(wires.node_of, design.outputs):
        outputs = [name if wires.node_of(output) == node_id else output for output in design.outputs]
        edits.append({"op": "outputs", "outputs": outputs})
    return edits


def _insert(block: str, params: dict[str, Any], name: str, source: str) -> dict[str, Any]:
    return {"op": "insert", "block": block, "params": params, "id": name, "inputs": [source]}

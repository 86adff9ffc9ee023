"""Edits of several nodes at once: removing, duplicating and pasting them."""

from functools import partial
from typing import Any, Literal

from pydantic import StrictStr

from blockwright.design.edits.edit import BaseEdit
from blockwright.design.edits.edit_helpers import (
    EditError,
    checked,
    in_list_order,
    in_topological_order,
    new_node_name,
    with_explicit_inputs,
)
from blockwright.design.edits.network_edits import RemoveInput
from blockwright.design.edits.node_edits import Remove
from blockwright.design.edits.pasted_composites import with_composites
from blockwright.design.wiring import resolve_reads
from blockwright.schema.design import Design, Node, Position, port

_STEP = 40


class RemoveMany(BaseEdit):
    """Remove nodes and inputs; the readers of a node read what it read."""

    op: Literal["remove_many"] = "remove_many"
    label_format = "Remove {nodes}"
    nodes: tuple[StrictStr, ...]

    def apply(self, design: Design) -> Design:
        inputs = [entry.id for entry in design.inputs if entry.id in self.nodes]
        nodes = [name for name in self.nodes if name not in inputs]
        if nodes or not inputs:
            for name in in_list_order(design, nodes):
                design = Remove(node=name).apply(design)
        for name in inputs:
            design = RemoveInput(input=name).apply(design)
        return design


class DuplicateMany(BaseEdit):
    """Copy nodes, with the connections between them; the copies also read what the originals read outside."""

    op: Literal["duplicate_many"] = "duplicate_many"
    label_format = "Duplicate {nodes}"
    nodes: tuple[StrictStr, ...]

    def apply(self, design: Design) -> Design:
        reads = resolve_reads(design)
        nodes = [
            design.node(name).model_copy(update={"inputs": reads[name]})
            for name in in_list_order(design, self.nodes)
        ]
        return _pasted(design, nodes, None, keep_outside=True)


class Paste(BaseEdit):
    """Insert copied nodes, from here or elsewhere, under new names; only connections between them stay.

    `composites` defines the composite blocks that the nodes use: one that exists here with the same content is used,
    one whose name is taken gets a new name. `at` is the position of the first of them on the canvas.
    """

    op: Literal["paste"] = "paste"
    nodes: tuple[Node, ...]
    composites: Any = None
    at: Position | None = None

    def apply(self, design: Design) -> Design:
        if not self.nodes:
            raise EditError("There is nothing to paste.")
        composites = {} if self.composites is None else self.composites
        design, names = with_composites(design, self.nodes, composites)
        nodes = [node.model_copy(update={"block": names.get(node.block, node.block)}) for node in self.nodes]
        return _pasted(design, nodes, self.at)

    @property
    def label(self) -> str:
        return f"Paste {len(self.nodes)} {'block' if len(self.nodes) == 1 else 'blocks'}"


def _pasted(design: Design, nodes: list[Node], at: Position | None, keep_outside: bool = False) -> Design:
    """The design with copies of `nodes`; with `keep_outside` they also read what the originals read outside of them."""
    names: dict[str, str] = {}
    extended = design
    for node in nodes:
        names[node.id] = new_node_name(extended, node.id)
        copy = checked(partial(Node, id=names[node.id], block=node.block))
        extended = extended.model_copy(update={"nodes": (*extended.nodes, copy)})
    ids = design.ids()
    shift = _shift(nodes, at)
    copies = []
    previous: str | None = None
    for node in nodes:
        sources = node.inputs if node.inputs is not None else ((previous,) if previous else ())
        inputs = []
        for source in sources:
            base, number = port({*names, *ids}, source)
            if base in names:
                inputs.append(f"{names[base]}/{number}" if number else names[base])
            elif keep_outside and base in ids:
                inputs.append(source)
        shares = names.get(node.shares or "", node.shares if keep_outside else None)
        position = None if node.at is None else (node.at[0] + shift[0], node.at[1] + shift[1])
        changes = {"id": names[node.id], "inputs": tuple(inputs), "shares": shares, "at": position}
        copies.append(node.model_copy(update=changes))
        previous = node.id
    design = with_explicit_inputs(design)
    return in_topological_order(design.model_copy(update={"nodes": (*design.nodes, *copies)}))


def _shift(nodes: list[Node], at: Position | None) -> tuple[float, float]:
    positions = [node.at for node in nodes if node.at is not None]
    if not positions:
        return 0.0, 0.0
    if at is None:
        return _STEP, _STEP
    return at[0] - min(x for x, _ in positions), at[1] - min(y for _, y in positions)

"""Edits of several nodes at once: removing, duplicating and pasting them."""

from functools import partial
from typing import Any, Literal

from pydantic import StrictStr

from blockwright.design.edits.edit import BaseEdit, listing
from blockwright.design.edits.edit_helpers import (
    EditError,
    checked,
    find,
    free_name,
    in_running_order,
    listed,
    written_out,
)
from blockwright.design.edits.network_edits import RemoveInput
from blockwright.design.edits.node_edits import Remove
from blockwright.design.edits.pasted_composites import with_composites
from blockwright.design.structure import resolve_reads
from blockwright.schema.design import Design, Node, Place, port

_STEP = 40


class RemoveMany(BaseEdit):
    """Remove nodes and inputs; the readers of a node read what it read."""

    op: Literal["remove_many"] = "remove_many"
    nodes: tuple[StrictStr, ...]

    def apply(self, design: Design) -> Design:
        inputs = [entry.id for entry in design.inputs if entry.id in self.nodes]
        nodes = [name for name in self.nodes if name not in inputs]
        if nodes or not inputs:
            for name in listed(design, nodes):
                design = Remove(node=name).apply(design)
        for name in inputs:
            design = RemoveInput(input=name).apply(design)
        return design

    @property
    def label(self) -> str:
        return f"Remove {listing(self.nodes)}"


class DuplicateMany(BaseEdit):
    """Copies of nodes, with the wires between them; wires from outside lead into the copies as well."""

    op: Literal["duplicate_many"] = "duplicate_many"
    nodes: tuple[StrictStr, ...]

    def apply(self, design: Design) -> Design:
        chosen = listed(design, self.nodes)
        reads = resolve_reads(design)
        nodes = [find(design, name).model_copy(update={"inputs": reads[name]}) for name in chosen]
        return _pasted(design, nodes, None, keep_wires=True)

    @property
    def label(self) -> str:
        return f"Duplicate {listing(self.nodes)}"


class Paste(BaseEdit):
    """Put nodes in that were copied, here or elsewhere, under free names; wires among them stay, others are cut.

    `composites` defines the blocks of a design's own that the nodes use: one that is here with the same content is
    used, one whose name another one has comes in under a free name. `at` is where the first of them lies on the canvas.
    """

    op: Literal["paste"] = "paste"
    nodes: tuple[Node, ...]
    composites: Any = None
    at: Place | None = None

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


def _pasted(design: Design, nodes: list[Node], at: Place | None, keep_wires: bool = False) -> Design:
    """The design with copies of `nodes`; with `keep_wires` they read what the originals read outside of themselves."""
    names: dict[str, str] = {}
    grown = design
    for node in nodes:
        names[node.id] = free_name(grown, node.id)
        spare = checked(partial(Node, id=names[node.id], block=node.block))
        grown = grown.model_copy(update={"nodes": (*grown.nodes, spare)})
    ids = design.ids()
    shift = _shift(nodes, at)
    copies = []
    before: str | None = None
    for node in nodes:
        sources = node.inputs if node.inputs is not None else ((before,) if before else ())
        inputs = []
        for source in sources:
            base, number = port({*names, *ids}, source)
            if base in names:
                inputs.append(f"{names[base]}/{number}" if number else names[base])
            elif keep_wires and base in ids:
                inputs.append(source)
        shares = names.get(node.shares or "", node.shares if keep_wires else None)
        position = None if node.at is None else (node.at[0] + shift[0], node.at[1] + shift[1])
        changes = {"id": names[node.id], "inputs": tuple(inputs), "shares": shares, "at": position}
        copies.append(node.model_copy(update=changes))
        before = node.id
    design = written_out(design)
    return in_running_order(design.model_copy(update={"nodes": (*design.nodes, *copies)}))


def _shift(nodes: list[Node], at: Place | None) -> tuple[float, float]:
    positions = [node.at for node in nodes if node.at is not None]
    if not positions:
        return 0.0, 0.0
    if at is None:
        return _STEP, _STEP
    return at[0] - min(x for x, _ in positions), at[1] - min(y for _, y in positions)

"""Edits of connections: adding, removing and moving one, and inserting a block into one.

Each keeps the list of nodes in topological order, so that the stack shows the same design.
"""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field, StrictInt, StrictStr

from blockwright.design.edits.edit import BaseEdit
from blockwright.design.edits.edit_helpers import (
    EditError,
    checked,
    find_node,
    has_cycle,
    in_topological_order,
    new_node_name,
    rerouted,
    with_changed_node,
    with_explicit_inputs,
)
from blockwright.design.edits.network_edits import SetOutputs
from blockwright.design.edits.node_edits import Insert
from blockwright.design.wiring import resolve_outputs, resolve_reads
from blockwright.schema.design import Design, Node, Position, port


class Connect(BaseEdit):
    """Set what a node reads: nodes or inputs; None is the node listed before it, an empty list nothing."""

    op: Literal["connect"] = "connect"
    node: StrictStr
    inputs: tuple[StrictStr, ...] | None

    def apply(self, design: Design) -> Design:
        node = find_node(design, self.node)
        for source in self.inputs or ():
            _check_source(design, source, node.id)
        wired = with_changed_node(design, node, inputs=self.inputs)
        if has_cycle(wired) and not has_cycle(design):
            raise _cycle(node.id)
        return wired

    @property
    def label(self) -> str:
        sources = "the block above" if self.inputs is None else " + ".join(self.inputs) or "nothing"
        return f"Connect {sources} to {self.node}"


class _WireEdit(BaseEdit):
    source: StrictStr = Field(validation_alias="from")
    to: StrictStr
    slot: StrictInt | None = None


class Wire(_WireEdit):
    """Connect `from` to a node: in place of its input at `slot`, or as another input for None."""

    op: Literal["wire"] = "wire"
    label_format = "Connect {source} to {to}"

    def apply(self, design: Design) -> Design:
        node = find_node(design, self.to)
        _check_source(design, self.source, node.id)
        reads = list(resolve_reads(design)[node.id])
        if self.slot is None or self.slot == len(reads):
            reads.append(self.source)
        elif 0 <= self.slot < len(reads):
            reads[self.slot] = self.source
        else:
            raise EditError(f'"{node.id}" has {len(reads)} inputs, so there is no input {self.slot}.')
        return _rewired(design, node, reads)


class Unwire(_WireEdit):
    """Remove the connection of `from` to a node; `slot` says which, where it reads the same twice."""

    op: Literal["unwire"] = "unwire"
    label_format = "Disconnect {source} from {to}"

    def apply(self, design: Design) -> Design:
        node, reads, slot = _connection(design, self)
        del reads[slot]
        return _rewired(design, node, reads)


class Rewire(_WireEdit):
    """Replace an input `from` of a node with `new`, and swap it with the input at `new_slot`."""

    op: Literal["rewire"] = "rewire"
    label_format = "Connect {new} to {to}"
    new: StrictStr
    new_slot: StrictInt | None = None

    def apply(self, design: Design) -> Design:
        node, reads, slot = _connection(design, self)
        _check_source(design, self.new, node.id)
        reads[slot] = self.new
        if self.new_slot is not None:
            new_slot = min(max(self.new_slot, 0), len(reads) - 1)
            reads[slot], reads[new_slot] = reads[new_slot], reads[slot]
        return _rewired(design, node, reads)


class Splice(_WireEdit):
    """Insert a node into the connection of `from` to `to`: a new one of `block`, or the existing node `node`."""

    op: Literal["splice"] = "splice"
    block: StrictStr | None = None
    params: dict[str, Any] | None = None
    node: StrictStr | None = None
    at: Position | None = None

    def apply(self, design: Design) -> Design:
        if (self.block is None) == (self.node is None):
            raise EditError("The edit `splice` takes either `block` or `node`.")
        reader, _, slot = _connection(design, self)
        if self.node is not None:
            if self.node in (self.to, port(design.ids(), self.source)[0]):
                raise EditError(f'"{self.node}" is already at an end of this connection.')
            node = find_node(design, self.node)
            design = _disconnected(design, node)
            node = node.model_copy(update={"inputs": (self.source,), "at": self.at or node.at})
        elif (block := self.block) is not None:
            node = checked(
                lambda: Node(
                    id=new_node_name(design, block),
                    block=block,
                    params=dict(self.params or {}),
                    inputs=(self.source,),
                    at=self.at,
                )
            )
        design = with_explicit_inputs(design)
        reads = list(design.node(self.to).named_inputs)
        if slot >= len(reads) or reads[slot] != self.source:
            raise EditError(f'"{node.id}" cannot be inserted into this connection, because it is part of it.')
        reads[slot] = node.id
        nodes = []
        for other in design.nodes:
            if other.id == self.to:
                nodes.append(node)
                other = reader.model_copy(update={"inputs": tuple(reads)})
            if other.id != node.id:
                nodes.append(other)
        return _acyclic(design.model_copy(update={"nodes": tuple(nodes)}), node.id)

    @property
    def label(self) -> str:
        return f"Add {self.block}" if self.node is None else f"Insert {self.node} into a connection"


class Merge(_WireEdit):
    """Connect `from` to a node whose input at `slot` is taken: a new block of several inputs merges both."""

    op: Literal["merge"] = "merge"
    label_format = "Add {block}"
    block: StrictStr
    params: dict[str, Any] | None = None

    def apply(self, design: Design) -> Design:
        reads, slot = resolve_reads(design)[find_node(design, self.to).id], self.slot or 0
        if not 0 <= slot < len(reads):
            raise EditError(f'"{self.to}" has {len(reads)} inputs, so nothing can be merged at input {slot}.')
        name = new_node_name(design, self.block)
        splice = Splice(source=reads[slot], to=self.to, slot=slot, block=self.block, params=self.params)
        return Wire(source=self.source, to=name).apply(splice.apply(design))


class _NewBlock(BaseEdit):
    label_format = "Add {block}"
    block: StrictStr
    params: dict[str, Any] | None = None
    at: Position | None = None


class Branch(_NewBlock):
    """Add a block that reads `from`, beside the blocks that read it already."""

    op: Literal["branch"] = "branch"
    source: StrictStr = Field(validation_alias="from")

    def apply(self, design: Design) -> Design:
        name = new_node_name(design, self.block)
        insert = Insert(block=self.block, params=self.params, id=name, inputs=(), at=self.at)
        return Wire(source=self.source, to=name).apply(insert.apply(design))


class ExtendOutput(_NewBlock):
    """Add a block that reads an output, and make it the output instead."""

    op: Literal["extend_output"] = "extend_output"
    output: StrictStr

    def apply(self, design: Design) -> Design:
        outputs = list(resolve_outputs(design))
        if self.output not in outputs:
            raise EditError(f'"{self.output[:60]}" is no longer an output.')
        name = new_node_name(design, self.block)
        outputs[outputs.index(self.output)] = name
        insert = Insert(block=self.block, params=self.params, id=name, inputs=(self.output,), at=self.at)
        return SetOutputs(outputs=tuple(outputs)).apply(insert.apply(design))


class InsertAfter(_NewBlock):
    """Add a block after a node or input: in its connection where it has a single one, else before its output or beside.

    None, or a name that no longer exists, adds it at the end.
    """

    op: Literal["insert_after"] = "insert_after"
    after: StrictStr | None = None

    def apply(self, design: Design) -> Design:
        ids, after = design.ids(), self.after
        new: dict[str, Any] = {"block": self.block, "params": self.params, "at": self.at}
        if after is None or after not in ids:
            return Insert(**new).apply(design)
        reads = resolve_reads(design)
        connections = [
            (node, slot)
            for node, sources in reads.items()
            for slot, source in enumerate(sources)
            if port(ids, source) == (after, 0)
        ]
        if len(connections) == 1:
            ((to, slot),) = connections
            return Splice(source=reads[to][slot], to=to, slot=slot, **new).apply(design)
        if not connections and after in resolve_outputs(design):
            return ExtendOutput(output=after, **new).apply(design)
        if (not connections and after in reads) or (after not in reads and design.nodes):
            return Branch(source=after, **new).apply(design)
        index = 0 if after not in reads else design.index(after) + 1
        return Insert(index=index, **new).apply(design)


def _cycle(node_id: str) -> EditError:
    return EditError(f'"{node_id}" cannot read that: this would create a cycle.')


def _connection(design: Design, edit: _WireEdit) -> tuple[Node, list[str], int]:
    """The reading node, its inputs, and the index of the connection. Raises `EditError` where there is none."""
    node = find_node(design, edit.to)
    reads = list(resolve_reads(design)[node.id])
    slot = edit.slot
    if slot is None:
        slot = reads.index(edit.source) if edit.source in reads else -1
    if not 0 <= slot < len(reads) or reads[slot] != edit.source:
        raise EditError(f'"{edit.source[:60]}" is not connected to "{node.id}".')
    return node, reads, slot


def _check_source(design: Design, source: str, reader: str) -> None:
    ids = design.ids()
    base = port(ids, source)[0]
    if base not in ids:
        raise EditError(f'There is no node or input named "{source[:60]}" for "{reader}" to read.')
    if base == reader:
        raise EditError(f'"{reader}" cannot read itself.')


def _rewired(design: Design, node: Node, reads: Sequence[str]) -> Design:
    full = with_explicit_inputs(design)
    nodes = tuple(
        other.model_copy(update={"inputs": tuple(reads)}) if other.id == node.id else other
        for other in full.nodes
    )
    return _acyclic(full.model_copy(update={"nodes": nodes}), node.id)


def _acyclic(design: Design, node_id: str) -> Design:
    if has_cycle(design):
        raise _cycle(node_id)
    return in_topological_order(design)


def _disconnected(design: Design, node: Node) -> Design:
    """The design with a node disconnected; it stays in the list and reads nothing."""
    full = with_explicit_inputs(design)
    replacement = next(iter(full.node(node.id).named_inputs), None)
    nodes = []
    for other in full.nodes:
        inputs = () if other.id == node.id else rerouted(design, other.named_inputs, node.id, replacement)
        nodes.append(other.model_copy(update={"inputs": inputs}))
    return full.model_copy(update={"nodes": tuple(nodes)})

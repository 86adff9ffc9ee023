"""Edits of single nodes and of their order: insert, remove, move, set, and the like."""

from typing import Any, Literal

from pydantic import StrictInt, StrictStr

from blockwright.design.edits.edit import BaseEdit
from blockwright.design.edits.edit_helpers import (
    EditError,
    checked,
    find_node,
    has_cycle,
    new_node_name,
    rerouted,
    validated,
    with_changed_node,
    with_implicit_inputs,
)
from blockwright.design.wiring import resolve_outputs, resolve_reads
from blockwright.schema.design import Design, Node, Position, port


class Insert(BaseEdit):
    """Add a new node at `index` of the list (default: the end), into the connection there.

    The node at `index` that read its predecessor reads the new node instead; other branches keep their inputs. With
    `inputs` empty the node reads nothing yet and no connection changes. `at` is its position on the canvas.
    """

    op: Literal["insert"] = "insert"
    label_format = "Add {block}"
    block: StrictStr
    params: dict[str, Any] | None = None
    index: StrictInt | None = None
    id: StrictStr | None = None
    inputs: tuple[StrictStr, ...] | None = None
    at: Position | None = None

    def apply(self, design: Design) -> Design:
        design = with_implicit_inputs(design)
        index = len(design.nodes) if self.index is None else self.index
        if not 0 <= index <= len(design.nodes):
            raise EditError(f"`index` must be between 0 and {len(design.nodes)}. Received: {index}.")
        if self.id is not None and self.id in design.ids():
            raise EditError(f'The name "{self.id}" is taken. Choose another.')
        node = checked(
            lambda: Node(
                id=new_node_name(design, self.block) if self.id is None else self.id,
                block=self.block,
                params=dict(self.params or {}),
                inputs=self.inputs,
                at=self.at,
            )
        )
        if node.inputs == ():
            return _insert_unconnected(design, node, index)
        nodes = list(design.nodes)
        previous = nodes[index - 1].id if index else design.inputs[0].id
        if index < len(nodes) and nodes[index].inputs is not None:
            inputs = tuple(node.id if source == previous else source for source in nodes[index].named_inputs)
            nodes[index] = nodes[index].model_copy(update={"inputs": inputs})
        outputs = design.outputs
        if nodes and index == len(nodes) and outputs == (previous,):
            outputs = (node.id,)
        nodes.insert(index, node)
        return validated(design, nodes=tuple(nodes), outputs=outputs)


def _insert_unconnected(design: Design, node: Node, index: int) -> Design:
    outputs = resolve_outputs(design) or None
    reads = resolve_reads(design)
    nodes = list(design.nodes)
    if index < len(nodes):
        nodes[index] = nodes[index].model_copy(update={"inputs": reads[nodes[index].id]})
    nodes.insert(index, node)
    if outputs == (nodes[-1].id,):
        outputs = None
    return validated(design, nodes=tuple(nodes), outputs=outputs)


class Remove(BaseEdit):
    """Remove a node; its readers read what it read."""

    op: Literal["remove"] = "remove"
    label_format = "Remove {node}"
    node: StrictStr

    def apply(self, design: Design) -> Design:
        design = with_implicit_inputs(design)
        node = find_node(design, self.node)
        source = next(iter(resolve_reads(design)[node.id]), None)
        index = design.index(node.id)
        nodes = []
        for other in design.nodes:
            if other.id == node.id:
                continue
            if other.inputs is not None:
                inputs = rerouted(design, other.inputs, node.id, source)
                other = other.model_copy(update={"inputs": inputs})
            if other.shares == node.id:
                other = other.model_copy(update={"shares": None, "params": dict(node.params)})
            nodes.append(other)
        if index < len(nodes) and nodes[index].inputs is None and node.inputs is not None:
            nodes[index] = nodes[index].model_copy(update={"inputs": () if source is None else (source,)})
        outputs = design.outputs
        if outputs is not None:
            ids, input_ids = design.ids(), {entry.id for entry in design.inputs}
            sources = dict.fromkeys(rerouted(design, outputs, node.id, source))
            outputs = tuple(output for output in sources if port(ids, output)[0] not in input_ids) or None
        return with_implicit_inputs(validated(design, nodes=tuple(nodes), outputs=outputs))


class Move(BaseEdit):
    """Move a node to `index` of the list, or `by` positions down, out of one connection and into another.

    With `by` a node stops at the ends of the list. Connections that were drawn by hand (a skip connection, a merge)
    stay; if the new order would create a cycle, the move is refused.
    """

    op: Literal["move"] = "move"
    label_format = "Move {node}"
    node: StrictStr
    index: StrictInt | None = None
    by: StrictInt | None = None

    def apply(self, design: Design) -> Design:
        if (self.index is None) == (self.by is None):
            raise EditError("The edit `move` takes `node`, and either `index` or `by`.")
        design = with_implicit_inputs(design)
        node = find_node(design, self.node)
        last = len(design.nodes) - 1
        index = self.index
        if index is None:
            index = min(max(design.index(node.id) + (self.by or 0), 0), last)
        if not 0 <= index <= last:
            raise EditError(f'"{node.id}" can be moved to positions 0 to {last}. Received: {index}.')
        nodes = [other for other in design.nodes if other.id != node.id]
        nodes.insert(index, node)
        moved = with_implicit_inputs(validated(design, nodes=tuple(nodes)))
        if has_cycle(moved) and not has_cycle(design):
            raise EditError(
                f'"{node.id}" cannot be moved there: a node above would read one below it. '
                "Change the inputs of those nodes first."
            )
        return moved


class Duplicate(BaseEdit):
    """Add a copy of a node right below it, under a new name."""

    op: Literal["duplicate"] = "duplicate"
    label_format = "Duplicate {node}"
    node: StrictStr

    def apply(self, design: Design) -> Design:
        node = find_node(design, self.node)
        index = design.index(node.id) + 1
        inputs = node.inputs if node.inputs is not None and len(node.inputs) > 1 else None
        name = new_node_name(design, node.id)
        copy = Insert(block=node.block, params=node.params, index=index, id=name, inputs=inputs).apply(design)
        return with_changed_node(copy, copy.nodes[index], enabled=node.enabled, trainable=node.trainable)


class Replace(BaseEdit):
    """Replace a node's block and its arguments; its connections stay."""

    op: Literal["replace"] = "replace"
    label_format = "Make {node} a {block}"
    node: StrictStr
    block: StrictStr
    params: dict[str, Any] | None = None

    def apply(self, design: Design) -> Design:
        return with_changed_node(
            design, find_node(design, self.node), block=self.block, params=dict(self.params or {})
        )

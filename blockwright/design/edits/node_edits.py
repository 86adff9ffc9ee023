"""Edits of single nodes and of their order: insert, remove, move, set, and the like."""

from typing import Any, Literal

from pydantic import Field, StrictBool, StrictInt, StrictStr

from blockwright.design.edits.edit import BaseEdit, listing
from blockwright.design.edits.edit_helpers import (
    EditError,
    changed,
    checked,
    cyclic,
    find,
    follow,
    free_name,
    listed,
    made,
    renamed,
    rerouted,
    unused_name,
)
from blockwright.design.structure import resolve_outputs, resolve_reads
from blockwright.schema.design import MAX_REPEAT, Design, Node, Place, port


class Insert(BaseEdit):
    """Put a new node at `index` of the list (default: the end), into the wire that runs there.

    The node that stood at `index` and read its predecessor reads the new node instead; other branches keep
    their wires. With `inputs` empty the node reads nothing yet and no wire changes. `at` is its place on the canvas.
    """

    op: Literal["insert"] = "insert"
    block: StrictStr
    params: dict[str, Any] | None = None
    index: StrictInt | None = None
    id: StrictStr | None = None
    inputs: tuple[StrictStr, ...] | None = None
    at: Place | None = None

    def apply(self, design: Design) -> Design:
        design = follow(design)
        index = len(design.nodes) if self.index is None else self.index
        if not 0 <= index <= len(design.nodes):
            raise EditError(f"There is no place {index} in a stack of {len(design.nodes)} blocks.")
        if self.id is not None and self.id in design.ids():
            raise EditError(f'The name "{self.id}" is taken. Choose another.')
        node = checked(
            lambda: Node(
                id=free_name(design, self.block) if self.id is None else self.id,
                block=self.block,
                params=dict(self.params or {}),
                inputs=self.inputs,
                at=self.at,
            )
        )
        if node.inputs == ():
            return _insert_unconnected(design, node, index)
        nodes = list(design.nodes)
        before = nodes[index - 1].id if index else design.inputs[0].id
        nodes.insert(index, node)
        if index + 1 < len(nodes) and nodes[index + 1].inputs is not None:
            after = nodes[index + 1]
            inputs = tuple(node.id if source == before else source for source in after.named_inputs)
            nodes[index + 1] = after.model_copy(update={"inputs": inputs})
        outputs = design.outputs
        if outputs is not None and index == len(design.nodes) and design.nodes and outputs == (before,):
            outputs = (node.id,)
        return made(design, nodes=tuple(nodes), outputs=outputs)

    @property
    def label(self) -> str:
        return f"Add {self.block}"


def _insert_unconnected(design: Design, node: Node, index: int) -> Design:
    outputs = resolve_outputs(design) or None
    reads = resolve_reads(design)
    nodes = list(design.nodes)
    if index < len(nodes):
        after = nodes[index]
        nodes[index] = after.model_copy(update={"inputs": reads[after.id]})
    nodes.insert(index, node)
    if outputs == (nodes[-1].id,):
        outputs = None
    return made(design, nodes=tuple(nodes), outputs=outputs)


class Remove(BaseEdit):
    """Remove a node; its readers read what it read."""

    op: Literal["remove"] = "remove"
    node: StrictStr

    def apply(self, design: Design) -> Design:
        design = follow(design)
        node = find(design, self.node)
        read = resolve_reads(design)[node.id]
        source = read[0] if read else None
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
        follower = design.nodes[index + 1] if index + 1 < len(design.nodes) else None
        if follower is not None and follower.inputs is None and node.inputs is not None:
            nodes[index] = nodes[index].model_copy(update={"inputs": () if source is None else (source,)})
        outputs = design.outputs
        if outputs is not None:
            input_ids = {entry.id for entry in design.inputs}
            ids = design.ids()
            kept = rerouted(design, outputs, node.id, source)
            outputs = (
                tuple(dict.fromkeys(name for name in kept if port(ids, name)[0] not in input_ids)) or None
            )
        return follow(made(design, nodes=tuple(nodes), outputs=outputs))

    @property
    def label(self) -> str:
        return f"Remove {self.node}"


class Move(BaseEdit):
    """Bring a node to `index` of the list, or `by` places further down, out of one wire and into another.

    With `by` a node stops at the ends of the list. Wires that were drawn by hand (a skip connection, a merge) stay; if
    the new order would close a cycle, the move is refused.
    """

    op: Literal["move"] = "move"
    node: StrictStr
    index: StrictInt | None = None
    by: StrictInt | None = None

    def apply(self, design: Design) -> Design:
        if (self.index is None) == (self.by is None):
            raise EditError("The edit `move` takes `node`, and either `index` or `by`.")
        design = follow(design)
        node = find(design, self.node)
        last = len(design.nodes) - 1
        index = self.index
        if index is None:
            index = min(max(design.index(node.id) + (self.by or 0), 0), last)
        if not 0 <= index <= last:
            raise EditError(f'"{node.id}" can be moved to places 0 to {last}. Received: {index}.')
        nodes = [other for other in design.nodes if other.id != node.id]
        nodes.insert(index, node)
        moved = follow(made(design, nodes=tuple(nodes)))
        if cyclic(moved) and not cyclic(design):
            raise EditError(
                f'"{node.id}" cannot go there: a node above would read one below it. '
                "Change what those nodes read first."
            )
        return moved

    @property
    def label(self) -> str:
        return f"Move {self.node}"


class Duplicate(BaseEdit):
    """Put a copy of a node right below it, with a free name."""

    op: Literal["duplicate"] = "duplicate"
    node: StrictStr

    def apply(self, design: Design) -> Design:
        node = find(design, self.node)
        index = design.index(node.id) + 1
        inputs = node.inputs if node.inputs is not None and len(node.inputs) > 1 else None
        name = free_name(design, node.id)
        copy = Insert(block=node.block, params=node.params, index=index, id=name, inputs=inputs).apply(design)
        return changed(copy, copy.nodes[index], enabled=node.enabled, trainable=node.trainable)

    @property
    def label(self) -> str:
        return f"Duplicate {self.node}"


class SetParams(BaseEdit):
    """Set arguments of a node, and give those in `unset` back to their defaults."""

    op: Literal["set"] = "set"
    node: StrictStr
    params: dict[str, Any] | None = None
    unset: tuple[StrictStr, ...] = ()

    def apply(self, design: Design) -> Design:
        node = find(design, self.node)
        params = {**node.params, **(self.params or {})}
        for name in self.unset:
            params.pop(name, None)
        return changed(design, node, params=params)

    @property
    def label(self) -> str:
        return f"Set {listing([*(self.params or {}), *self.unset])} of {self.node}"


class Enable(BaseEdit):
    """Switch a node on, or make it a pass-through."""

    op: Literal["enable"] = "enable"
    node: StrictStr
    enabled: StrictBool

    def apply(self, design: Design) -> Design:
        return changed(design, find(design, self.node), enabled=self.enabled)

    @property
    def label(self) -> str:
        return f"Switch {self.node} {'on' if self.enabled else 'off'}"


class EnableMany(BaseEdit):
    """Switch nodes on, or make them pass-throughs."""

    op: Literal["enable_many"] = "enable_many"
    nodes: tuple[StrictStr, ...]
    enabled: StrictBool

    def apply(self, design: Design) -> Design:
        chosen = set(listed(design, self.nodes))
        nodes = (
            node.model_copy(update={"enabled": self.enabled}) if node.id in chosen else node
            for node in design.nodes
        )
        return made(design, nodes=tuple(nodes))

    @property
    def label(self) -> str:
        return f"Switch {listing(self.nodes)} {'on' if self.enabled else 'off'}"


class SetTrainable(BaseEdit):
    """Let training change the weights of a node, or freeze them."""

    op: Literal["set_trainable"] = "set_trainable"
    node: StrictStr
    trainable: StrictBool

    def apply(self, design: Design) -> Design:
        node = find(design, self.node)
        if node.shares is not None:
            raise EditError(f'"{node.id}" uses the weights of "{node.shares}". Freeze or train that one.')
        return changed(design, node, trainable=self.trainable)

    @property
    def label(self) -> str:
        return f"{'Train' if self.trainable else 'Freeze'} {self.node}"


class Replace(BaseEdit):
    """Make a node another block, with new arguments, in the same wires."""

    op: Literal["replace"] = "replace"
    node: StrictStr
    block: StrictStr
    params: dict[str, Any] | None = None

    def apply(self, design: Design) -> Design:
        return changed(design, find(design, self.node), block=self.block, params=dict(self.params or {}))

    @property
    def label(self) -> str:
        return f"Make {self.node} a {self.block}"


class Rename(BaseEdit):
    """Give a node or an input another name, everywhere it is read."""

    op: Literal["rename"] = "rename"
    node: StrictStr
    to: StrictStr

    def apply(self, design: Design) -> Design:
        old, new = self.node, self.to
        if new == old:
            return design
        if old not in design.ids():
            raise EditError(f'There is no node named "{old}".')
        if new in design.ids():
            raise EditError(f'The name "{new}" is taken. Choose another.')
        if not new.strip():
            raise EditError("A name must not be empty.")
        inputs = tuple(
            entry.model_copy(update={"id": new}) if entry.id == old else entry for entry in design.inputs
        )
        nodes = tuple(
            node.model_copy(
                update={
                    "id": new if node.id == old else node.id,
                    "inputs": None if node.inputs is None else renamed(design, node.inputs, old, new),
                    "shares": new if node.shares == old else node.shares,
                }
            )
            for node in design.nodes
        )
        outputs = None if design.outputs is None else renamed(design, design.outputs, old, new)
        return made(design, inputs=inputs, nodes=nodes, outputs=outputs)

    @property
    def label(self) -> str:
        return f"Rename {self.node} to {self.to}"


class TellApart(BaseEdit):
    """Give what shares a name names of their own: the first keeps it, and who reads that name reads the first."""

    op: Literal["tell_apart"] = "tell_apart"
    name: StrictStr

    def apply(self, design: Design) -> Design:
        taken = design.ids()
        if self.name not in taken:
            raise EditError(f'There is no node named "{self.name}".')
        is_kept = False

        def named(name: str) -> str:
            nonlocal is_kept
            if name != self.name:
                return name
            if not is_kept:
                is_kept = True
                return name
            taken.add(fresh := unused_name(taken, name))
            return fresh

        inputs = tuple(entry.model_copy(update={"id": named(entry.id)}) for entry in design.inputs)
        nodes = tuple(node.model_copy(update={"id": named(node.id)}) for node in design.nodes)
        return made(design, inputs=inputs, nodes=nodes)

    @property
    def label(self) -> str:
        return f"Give each {self.name} its own name"


class Repeat(BaseEdit):
    """Repeat a node in a chain, each copy with its own weights."""

    op: Literal["repeat"] = "repeat"
    node: StrictStr
    times: StrictInt

    def apply(self, design: Design) -> Design:
        if not 1 <= self.times <= MAX_REPEAT:
            raise EditError(f'"{self.node}" can be repeated 1 to {MAX_REPEAT} times. Received: {self.times}.')
        node = find(design, self.node)
        if self.times > 1 and node.shares is not None:
            raise EditError(f'"{node.id}" uses the weights of "{node.shares}", so it cannot be repeated.')
        return changed(design, node, repeat=self.times)

    @property
    def label(self) -> str:
        return f"Repeat {self.node} {self.times} times"


class Share(BaseEdit):
    """Let a node use the layer of another one, and so its weights; None gives it its own weights again."""

    op: Literal["share"] = "share"
    node: StrictStr
    owner: StrictStr | None = Field(validation_alias="with")

    def apply(self, design: Design) -> Design:
        node = find(design, self.node)
        if self.owner is None:
            if node.shares is None:
                return design
            owner = next((other for other in design.nodes if other.id == node.shares), None)
            params = dict(owner.params) if owner is not None and owner.block == node.block else node.params
            return changed(design, node, shares=None, params=params)
        owner = find(design, self.owner)
        _check_can_share(design, node, owner)
        return changed(design, node, shares=owner.id, params={})

    @property
    def label(self) -> str:
        if self.owner is None:
            return f"Give {self.node} its own weights"
        return f"Share the weights of {self.owner} with {self.node}"


def _check_can_share(design: Design, node: Node, owner: Node) -> None:
    if owner.id == node.id:
        raise EditError(f'"{node.id}" has its own weights already. Name another node.')
    if owner.block != node.block:
        raise EditError(
            f'"{node.id}" is a {node.block} and "{owner.id}" a {owner.block}; only equal blocks can share weights.'
        )
    if owner.shares is not None:
        raise EditError(f'"{owner.id}" itself uses the weights of "{owner.shares}". Name that one.')
    if node.repeat != 1 or owner.repeat != 1:
        raise EditError(f'"{node.id}" and "{owner.id}" cannot share weights while one of them is repeated.')
    if any(other.shares == node.id for other in design.nodes):
        raise EditError(f'Other nodes use the weights of "{node.id}", so it must keep its own.')

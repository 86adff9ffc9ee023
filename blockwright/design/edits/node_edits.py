"""Edits of single nodes and of the stack: insert, remove, move, set, and the like."""

from collections.abc import Sequence
from typing import Any

from blockwright.design.edits.edit_helpers import (
    EditError,
    changed,
    checked,
    cyclic,
    find,
    follow,
    free_name,
    made,
    renamed,
    rerouted,
    unused_name,
)
from blockwright.design.structure import resolve_outputs, resolve_reads
from blockwright.schema.design import Design, Node, port


def insert(
    design: Design,
    block: str,
    params: dict[str, Any] | None = None,
    index: int | None = None,
    node_id: str | None = None,
    inputs: Sequence[str] | None = None,
    at: Sequence[float] | None = None,
) -> Design:
    """Put a new node at `index` of the list (default: the end), into the wire that runs there.

    The node that stood at `index` and read its predecessor reads the new node instead; other branches keep
    their wires. With `inputs` empty the node reads nothing yet and no wire changes. `at` is its place on the canvas.
    """
    design = follow(design)
    place = len(design.nodes) if index is None else index
    if not isinstance(place, int) or isinstance(place, bool) or not 0 <= place <= len(design.nodes):
        raise EditError(f"There is no place {place} in a stack of {len(design.nodes)} blocks.")
    if node_id is None:
        node_id = free_name(design, block)
    elif node_id in design.ids():
        raise EditError(f'The name "{node_id}" is taken. Choose another.')
    node = checked(
        lambda: Node(
            id=node_id,
            block=block,
            params=dict(params or {}),
            inputs=None if inputs is None else tuple(inputs),
            at=None if at is None else tuple(at),
        )
    )
    if node.inputs == ():
        return _set_free(design, node, place)
    nodes = list(design.nodes)
    before = nodes[place - 1].id if place else design.inputs[0].id
    nodes.insert(place, node)
    if place + 1 < len(nodes) and nodes[place + 1].inputs is not None:
        after = nodes[place + 1]
        nodes[place + 1] = after.model_copy(update={"inputs": _exchanged(after.inputs, before, node_id)})
    outputs = design.outputs
    if outputs is not None and place == len(design.nodes) and design.nodes and outputs == (before,):
        outputs = (node_id,)
    return made(design, nodes=tuple(nodes), outputs=outputs)


def _set_free(design: Design, node: Node, place: int) -> Design:
    outputs = resolve_outputs(design) or None
    reads = resolve_reads(design)
    nodes = list(design.nodes)
    if place < len(nodes):
        after = nodes[place]
        nodes[place] = after.model_copy(update={"inputs": reads[after.id]})
    nodes.insert(place, node)
    if outputs == (nodes[-1].id,):
        outputs = None
    return made(design, nodes=tuple(nodes), outputs=outputs)


def _exchanged(sources: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    return tuple(new if one == old else one for one in sources)


def remove(design: Design, node_id: str) -> Design:
    """Take a node out; who read it reads what it read."""
    design = follow(design)
    node = find(design, node_id)
    read = resolve_reads(design)[node_id]
    source = read[0] if read else None
    place = design.index(node_id)
    nodes = []
    for other in design.nodes:
        if other.id == node_id:
            continue
        if other.inputs is not None:
            inputs = rerouted(design, other.inputs, node_id, source)
            other = other.model_copy(update={"inputs": inputs})
        if other.shares == node_id:
            other = other.model_copy(update={"shares": None, "params": dict(node.params)})
        nodes.append(other)
    follower = design.nodes[place + 1] if place + 1 < len(design.nodes) else None
    if follower is not None and follower.inputs is None and node.inputs is not None:
        nodes[place] = nodes[place].model_copy(update={"inputs": () if source is None else (source,)})
    outputs = design.outputs
    if outputs is not None:
        inputs = {one.id for one in design.inputs}
        known = design.ids()
        kept = rerouted(design, outputs, node_id, source)
        outputs = tuple(dict.fromkeys(one for one in kept if port(known, one)[0] not in inputs)) or None
    return follow(made(design, nodes=tuple(nodes), outputs=outputs))


def move(design: Design, node_id: str, index: int) -> Design:
    """Bring a node to place `index` of the list, out of one wire and into another.

    Wires that were drawn by hand (a skip connection, a merge) stay; if the new order would let two nodes
    wait for each other, the move is refused.
    """
    design = follow(design)
    node = find(design, node_id)
    last = len(design.nodes) - 1
    if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index <= last:
        raise EditError(f'"{node_id}" can be moved to places 0 to {last}. Received: {index}.')
    nodes = [other for other in design.nodes if other.id != node_id]
    nodes.insert(index, node)
    moved = follow(made(design, nodes=tuple(nodes)))
    if cyclic(moved) and not cyclic(design):
        raise EditError(
            f'"{node_id}" cannot go there: a node above would read one below it. '
            "Change what those nodes read first."
        )
    return moved


def duplicate(design: Design, node_id: str) -> Design:
    """Put a copy of a node right below it, with a free name."""
    node = find(design, node_id)
    kept = node.inputs if node.inputs is not None and len(node.inputs) > 1 else None
    copy = insert(
        design, node.block, node.params, design.index(node_id) + 1, free_name(design, node_id), kept
    )
    twin = copy.nodes[design.index(node_id) + 1]
    return changed(copy, twin, enabled=node.enabled, trainable=node.trainable)


def connect(design: Design, node_id: str, inputs: Sequence[str] | None) -> Design:
    """Let a node read these nodes or inputs; None lets it read the node listed before it, an empty list nothing."""
    node = find(design, node_id)
    if inputs is not None:
        if not isinstance(inputs, list | tuple) or not all(isinstance(one, str) for one in inputs):
            raise EditError(f'What "{node_id}" reads is a list of names. Received: {inputs!r:.60}.')
        known = design.ids()
        for source in inputs:
            base = port(known, source)[0]
            if base not in known:
                raise EditError(f'There is no node or input named "{source}" for "{node_id}" to read.')
            if base == node_id:
                raise EditError(f'"{node_id}" cannot read itself.')
    wired = changed(design, node, inputs=None if inputs is None else tuple(inputs))
    if cyclic(wired) and not cyclic(design):
        raise EditError(f'"{node_id}" cannot read that: the node would wait for its own result.')
    return wired


def set_params(
    design: Design, node_id: str, params: dict[str, Any] | None = None, unset: Sequence[str] = ()
) -> Design:
    """Set arguments of a node, and give those in `unset` back to their defaults."""
    node = find(design, node_id)
    merged = {**node.params, **(params or {})}
    for name in unset:
        merged.pop(name, None)
    return changed(design, node, params=merged)


def enable(design: Design, node_id: str, enabled: bool) -> Design:
    """Switch a node on, or make it a pass-through."""
    if not isinstance(enabled, bool):
        raise EditError(f"`enabled` must be true or false. Received: {enabled!r:.40}.")
    return changed(design, find(design, node_id), enabled=enabled)


def set_trainable(design: Design, node_id: str, trainable: bool) -> Design:
    """Let training change the weights of a node, or freeze them as they are."""
    if not isinstance(trainable, bool):
        raise EditError(f"`trainable` must be true or false. Received: {trainable!r:.40}.")
    node = find(design, node_id)
    if node.shares is not None:
        raise EditError(f'"{node_id}" uses the weights of "{node.shares}". Freeze or train that one.')
    return changed(design, node, trainable=trainable)


def replace(design: Design, node_id: str, block: str, params: dict[str, Any] | None = None) -> Design:
    """Make a node another block, with new arguments, in the same wires."""
    return changed(design, find(design, node_id), block=block, params=dict(params or {}))


def rename(design: Design, node_id: str, to: str) -> Design:
    """Give a node or an input another name, everywhere it is read."""
    if to == node_id:
        return design
    if node_id not in design.ids():
        raise EditError(f'There is no node named "{node_id}".')
    if to in design.ids():
        raise EditError(f'The name "{to}" is taken. Choose another.')
    if not isinstance(to, str) or not to.strip():
        raise EditError("A name must not be empty.")

    def named(one: str) -> str:
        return to if one == node_id else one

    inputs = tuple(one.model_copy(update={"id": named(one.id)}) for one in design.inputs)
    nodes = tuple(
        node.model_copy(
            update={
                "id": named(node.id),
                "inputs": None if node.inputs is None else renamed(design, node.inputs, node_id, to),
                "shares": named(node.shares) if node.shares is not None else None,
            }
        )
        for node in design.nodes
    )
    outputs = None if design.outputs is None else renamed(design, design.outputs, node_id, to)
    return made(design, inputs=inputs, nodes=nodes, outputs=outputs)


def tell_apart(design: Design, name: str) -> Design:
    """Give what shares a name names of their own: the first keeps it, and who reads that name reads the first."""
    taken = design.ids()
    if name not in taken:
        raise EditError(f'There is no node named "{name}".')
    kept = False

    def named(one: str) -> str:
        nonlocal kept
        if one != name:
            return one
        if not kept:
            kept = True
            return one
        taken.add(fresh := unused_name(taken, name))
        return fresh

    inputs = tuple(one.model_copy(update={"id": named(one.id)}) for one in design.inputs)
    nodes = tuple(node.model_copy(update={"id": named(node.id)}) for node in design.nodes)
    return made(design, inputs=inputs, nodes=nodes)


def set_input(
    design: Design, input_id: str, shape: Sequence[int | None] | None = None, dtype: str | None = None
) -> Design:
    """Give an input another shape (without the batch), another type of values, or both."""
    if input_id not in {one.id for one in design.inputs}:
        raise EditError(f'There is no input named "{input_id}".')
    changes: dict[str, Any] = {}
    if shape is not None or dtype is None:
        if not isinstance(shape, list | tuple):
            raise EditError("A shape is a list of whole numbers, such as [28, 28, 1].")
        changes["shape"] = tuple(shape)
    if dtype is not None:
        changes["dtype"] = dtype
    inputs = tuple(one.model_copy(update=changes) if one.id == input_id else one for one in design.inputs)
    return made(design, inputs=inputs)


def set_name(design: Design, name: str) -> Design:
    """Give the design another name."""
    return made(design, name=name)


def set_outputs(design: Design, outputs: Sequence[str] | None) -> Design:
    """Choose which nodes the network gives; None means the last one."""
    return made(design, outputs=None if outputs is None else tuple(outputs))

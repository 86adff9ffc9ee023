"""Changes to a design, as pure functions `design -> design` and as plain data (`apply_edit`).

Every gesture goes through them: the page's buttons, the canvas, the one-click fixes and the undo history.
A change that makes no sense raises `EditError` with a sentence, and the design stays as it was.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from pydantic import ValidationError

from blockwright.architecture.findings import DesignError
from blockwright.architecture.spec import Design, Node, read_design
from blockwright.architecture.structure import check_structure, resolve_reads

_Result = TypeVar("_Result")


class EditError(ValueError):
    """An edit that cannot be made; the message says why."""


def insert(
    design: Design,
    block: str,
    params: dict[str, Any] | None = None,
    index: int | None = None,
    node_id: str | None = None,
    inputs: Sequence[str] | None = None,
) -> Design:
    """Put a new node at `index` of the list (default: the end), into the wire that runs there.

    The node that stood at `index` and read its predecessor reads the new node instead; other branches keep
    their wires.
    """
    design = _follow(design)
    place = len(design.nodes) if index is None else index
    if not isinstance(place, int) or isinstance(place, bool) or not 0 <= place <= len(design.nodes):
        raise EditError(f"There is no place {place} in a stack of {len(design.nodes)} blocks.")
    if node_id is None:
        node_id = free_name(design, block)
    elif node_id in design.ids():
        raise EditError(f'The name "{node_id}" is taken. Choose another.')
    node = _checked(
        lambda: Node(
            id=node_id,
            block=block,
            params=dict(params or {}),
            inputs=None if inputs is None else tuple(inputs),
        )
    )
    nodes = list(design.nodes)
    before = nodes[place - 1].id if place else design.inputs[0].id
    nodes.insert(place, node)
    if place + 1 < len(nodes) and nodes[place + 1].inputs is not None:
        after = nodes[place + 1]
        nodes[place + 1] = after.model_copy(update={"inputs": _renamed(after.inputs, before, node_id)})
    outputs = design.outputs
    if outputs is not None and place == len(design.nodes) and design.nodes and outputs == (before,):
        outputs = (node_id,)
    return _made(design, nodes=tuple(nodes), outputs=outputs)


def remove(design: Design, node_id: str) -> Design:
    """Take a node out; who read it reads what it read."""
    design = _follow(design)
    node = _node(design, node_id)
    source = resolve_reads(design)[node_id][0]
    place = design.index(node_id)
    nodes = []
    for other in design.nodes:
        if other.id == node_id:
            continue
        if other.inputs is not None:
            other = other.model_copy(update={"inputs": _renamed(other.inputs, node_id, source)})
        nodes.append(other)
    follower = design.nodes[place + 1] if place + 1 < len(design.nodes) else None
    if follower is not None and follower.inputs is None and node.inputs is not None:
        nodes[place] = follower.model_copy(update={"inputs": (source,)})
    outputs = design.outputs
    if outputs is not None and node_id in outputs:
        inputs = {one.id for one in design.inputs}
        kept = [source if one == node_id else one for one in outputs]
        kept = [one for one in dict.fromkeys(kept) if one not in inputs]
        outputs = tuple(kept) or None
    return _follow(_made(design, nodes=tuple(nodes), outputs=outputs))


def move(design: Design, node_id: str, index: int) -> Design:
    """Bring a node to place `index` of the list, out of one wire and into another.

    Wires that were drawn by hand (a skip connection, a merge) stay; if the new order would let two nodes
    wait for each other, the move is refused.
    """
    design = _follow(design)
    node = _node(design, node_id)
    last = len(design.nodes) - 1
    if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index <= last:
        raise EditError(f'"{node_id}" can be moved to places 0 to {last}. Received: {index}.')
    nodes = [other for other in design.nodes if other.id != node_id]
    nodes.insert(index, node)
    moved = _follow(_made(design, nodes=tuple(nodes)))
    if _cyclic(moved) and not _cyclic(design):
        raise EditError(
            f'"{node_id}" cannot go there: a node above would read one below it. '
            "Change what those nodes read first."
        )
    return moved


def duplicate(design: Design, node_id: str) -> Design:
    """Put a copy of a node right below it, with a free name."""
    node = _node(design, node_id)
    kept = node.inputs if node.inputs is not None and len(node.inputs) > 1 else None
    copy = insert(
        design, node.block, node.params, design.index(node_id) + 1, free_name(design, node_id), kept
    )
    return copy if node.enabled else enable(copy, copy.nodes[design.index(node_id) + 1].id, False)


def connect(design: Design, node_id: str, inputs: Sequence[str] | None) -> Design:
    """Let a node read these nodes or inputs; None lets it read the node listed before it."""
    node = _node(design, node_id)
    if inputs is not None:
        if not isinstance(inputs, list | tuple) or not all(isinstance(one, str) for one in inputs):
            raise EditError(f'What "{node_id}" reads is a list of names. Received: {inputs!r:.60}.')
        if not inputs:
            raise EditError(f'"{node_id}" must read at least one node or input.')
        for source in inputs:
            if source not in design.ids():
                raise EditError(f'There is no node or input named "{source}" for "{node_id}" to read.')
            if source == node_id:
                raise EditError(f'"{node_id}" cannot read itself.')
    changed = _with(design, node, inputs=None if inputs is None else tuple(inputs))
    if _cyclic(changed) and not _cyclic(design):
        raise EditError(f'"{node_id}" cannot read that: the node would wait for its own result.')
    return changed


def set_params(
    design: Design, node_id: str, params: dict[str, Any] | None = None, unset: Sequence[str] = ()
) -> Design:
    """Set arguments of a node, and give those in `unset` back to their defaults."""
    node = _node(design, node_id)
    merged = {**node.params, **(params or {})}
    for name in unset:
        merged.pop(name, None)
    return _with(design, node, params=merged)


def enable(design: Design, node_id: str, enabled: bool) -> Design:
    """Switch a node on, or make it a pass-through."""
    if not isinstance(enabled, bool):
        raise EditError(f"`enabled` must be true or false. Received: {enabled!r:.40}.")
    return _with(design, _node(design, node_id), enabled=enabled)


def replace(design: Design, node_id: str, block: str, params: dict[str, Any] | None = None) -> Design:
    """Make a node another block, with new arguments, in the same wires."""
    return _with(design, _node(design, node_id), block=block, params=dict(params or {}))


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
                "inputs": None if node.inputs is None else tuple(map(named, node.inputs)),
            }
        )
        for node in design.nodes
    )
    outputs = None if design.outputs is None else tuple(map(named, design.outputs))
    return _made(design, inputs=inputs, nodes=nodes, outputs=outputs)


def set_input(design: Design, input_id: str, shape: Sequence[int | None]) -> Design:
    """Give an input another shape (without the batch)."""
    if input_id not in {one.id for one in design.inputs}:
        raise EditError(f'There is no input named "{input_id}".')
    if not isinstance(shape, list | tuple):
        raise EditError("A shape is a list of whole numbers, such as [28, 28, 1].")
    inputs = tuple(
        one.model_copy(update={"shape": tuple(shape)}) if one.id == input_id else one for one in design.inputs
    )
    return _made(design, inputs=inputs)


def set_name(design: Design, name: str) -> Design:
    """Give the design another name."""
    return _made(design, name=name)


def set_outputs(design: Design, outputs: Sequence[str] | None) -> Design:
    """Choose which nodes the network gives; None means the last one."""
    return _made(design, outputs=None if outputs is None else tuple(outputs))


def free_name(design: Design, wish: str) -> str:
    """A name that is not taken: `wish` with the next free number, 'mix2' after 'mix1', 'conv1' for Conv2D."""
    base = re.sub(r"[123]D$", "", wish)
    base = re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])", "_", base).lower().rstrip("0123456789_- ") or "node"
    base = base[:100]
    taken = design.ids()
    number = 1
    while f"{base}{number}" in taken:
        number += 1
    return f"{base}{number}"


_EDITS: dict[str, tuple[Callable[..., Design], dict[str, str], frozenset[str]]] = {
    "insert": (
        insert,
        {"block": "block", "params": "params", "index": "index", "id": "node_id", "inputs": "inputs"},
        frozenset({"block"}),
    ),
    "move": (move, {"node": "node_id", "index": "index"}, frozenset({"node", "index"})),
    "remove": (remove, {"node": "node_id"}, frozenset({"node"})),
    "duplicate": (duplicate, {"node": "node_id"}, frozenset({"node"})),
    "connect": (connect, {"node": "node_id", "inputs": "inputs"}, frozenset({"node", "inputs"})),
    "set": (set_params, {"node": "node_id", "params": "params", "unset": "unset"}, frozenset({"node"})),
    "enable": (enable, {"node": "node_id", "enabled": "enabled"}, frozenset({"node", "enabled"})),
    "replace": (
        replace,
        {"node": "node_id", "block": "block", "params": "params"},
        frozenset({"node", "block"}),
    ),
    "rename": (rename, {"node": "node_id", "to": "to"}, frozenset({"node", "to"})),
    "set_input": (set_input, {"input": "input_id", "shape": "shape"}, frozenset({"input", "shape"})),
    "name": (set_name, {"name": "name"}, frozenset({"name"})),
    "outputs": (set_outputs, {"outputs": "outputs"}, frozenset({"outputs"})),
}


def apply_edit(design: Design, edit: dict[str, Any]) -> Design:
    """Apply one edit given as data, for example `{"op": "move", "node": "pool", "index": 2}`.

    Raises `EditError` for an edit that is unknown, incomplete, or cannot be made.
    """
    operation = edit.get("op") if isinstance(edit, dict) else None
    if not isinstance(operation, str) or operation not in _EDITS:
        raise EditError(f"There is no edit {str(operation)[:40]!r}. There are: {', '.join(_EDITS)}.")
    function, names, needed = _EDITS[operation]
    given = {key: value for key, value in edit.items() if key != "op"}
    missing = needed - given.keys()
    unknown = given.keys() - names.keys()
    if missing or unknown:
        takes = ", ".join(f"`{name}`" for name in names)
        raise EditError(f"The edit `{operation}` takes {takes}. Received: {', '.join(map(str, given))}.")
    return _checked(lambda: function(design, **{names[key]: value for key, value in given.items()}))


def apply_edits(design: Design, edits: Sequence[dict[str, Any]]) -> Design:
    """Apply edits one after the other; all of them, or none."""
    for edit in edits:
        design = apply_edit(design, edit)
    return design


def _node(design: Design, node_id: str) -> Node:
    try:
        return design.node(node_id)
    except KeyError:
        raise EditError(f'There is no node named "{node_id}".') from None


def _with(design: Design, node: Node, **changes: Any) -> Design:
    nodes = tuple(
        other if other.id != node.id else other.model_copy(update=changes) for other in design.nodes
    )
    return _made(design, nodes=nodes)


def _made(design: Design, **changes: Any) -> Design:
    """The design with these changes, checked again as if it had been read from a file."""
    try:
        return read_design(design.model_copy(update=changes).document())
    except DesignError as error:
        raise EditError(str(error)) from None


def _checked(make: Callable[[], _Result]) -> _Result:
    try:
        return make()
    except (ValidationError, TypeError, AttributeError) as error:
        raise EditError(
            f"This edit has a value of the wrong kind: {str(error).splitlines()[-1][:160]}"
        ) from None


def _renamed(inputs: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    return tuple(new if one == old else one for one in inputs)


def _follow(design: Design) -> Design:
    """The design with every wire left implicit that says no more than 'reads the node before it'."""
    nodes = []
    before = design.inputs[0].id
    for node in design.nodes:
        nodes.append(node.model_copy(update={"inputs": None}) if node.inputs == (before,) else node)
        before = node.id
    return design.model_copy(update={"nodes": tuple(nodes)})


def _cyclic(design: Design) -> bool:
    return any(finding.code == "cycle" for finding in check_structure(design))

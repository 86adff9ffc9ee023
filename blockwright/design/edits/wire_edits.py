"""Edits of the graph: wires, free nodes, several nodes at once, repetition, shared weights, and places on the canvas.

Each keeps the list of nodes in an order in which the network can run, so that the stack shows the same design.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from blockwright.design.edits.edit_helpers import (
    EditError,
    changed,
    checked,
    cyclic,
    find,
    free_name,
    in_running_order,
    listed,
    made,
    rerouted,
    written_out,
)
from blockwright.design.edits.node_edits import remove
from blockwright.design.edits.pasting import with_composites
from blockwright.design.structure import resolve_reads
from blockwright.schema.design import MAX_REPEAT, Design, Input, Node, port

_STEP = 40


def wire(design: Design, source: str, node_id: str, slot: int | None = None) -> Design:
    """Let a node read `source`: in place of what it reads at `slot`, or beside what it reads for None."""
    node = find(design, node_id)
    _known_source(design, source, node_id)
    reads = list(resolve_reads(design)[node_id])
    if slot is None or slot == len(reads):
        reads.append(source)
    else:
        reads[_slot(reads, slot, node_id)] = source
    return _rewired(design, node, reads)


def unwire(design: Design, source: str, node_id: str, slot: int | None = None) -> Design:
    """Cut the wire from `source` into a node; `slot` says which, where it reads the same twice."""
    node = find(design, node_id)
    reads = list(resolve_reads(design)[node_id])
    if slot is None:
        slot = reads.index(source) if source in reads else -1
    if not isinstance(slot, int) or not 0 <= slot < len(reads) or reads[slot] != source:
        raise EditError(f'"{node_id}" does not read "{source}", so there is no wire to cut.')
    del reads[slot]
    return _rewired(design, node, reads)


def splice(
    design: Design,
    source: str,
    to: str,
    slot: int | None = None,
    block: str | None = None,
    params: Mapping[str, Any] | None = None,
    node_id: str | None = None,
    at: Sequence[float] | None = None,
) -> Design:
    """Put a node into the wire from `source` to the node `to`: a new one of `block`, or the node `node_id`."""
    if (block is None) == (node_id is None):
        raise EditError("Into a wire goes either a new block or a node that is there.")
    reader = find(design, to)
    reads = list(resolve_reads(design)[to])
    if slot is None:
        slot = reads.index(source) if source in reads else -1
    if not isinstance(slot, int) or not 0 <= slot < len(reads) or reads[slot] != source:
        raise EditError(f'"{to}" does not read "{source}", so there is no wire to put a block into.')
    if node_id is not None:
        if node_id in (to, port(design.ids(), source)[0]):
            raise EditError(f'"{node_id}" is at an end of this wire already.')
        node = find(design, node_id)
        design = _taken_out(design, node)
        node = node.model_copy(update={"inputs": (source,), "at": node.at if at is None else _pair(at)})
    else:
        node_id = free_name(design, str(block))
        place = None if at is None else _pair(at)
        node = checked(
            lambda: Node(id=node_id, block=block, params=dict(params or {}), inputs=(source,), at=place)
        )
    design = written_out(design)
    reads = list(design.node(to).inputs)
    if slot >= len(reads) or reads[slot] != source:
        raise EditError(f'"{node_id}" cannot go into this wire, because it is part of it.')
    reads[slot] = node_id
    nodes = []
    for other in design.nodes:
        if other.id == to:
            nodes.append(node)
            other = reader.model_copy(update={"inputs": tuple(reads)})
        if other.id != node_id:
            nodes.append(other)
    return _acyclic(design.model_copy(update={"nodes": tuple(nodes)}), node_id)


def remove_many(design: Design, nodes: Sequence[str]) -> Design:
    """Take nodes out; who read one reads what it read."""
    for node_id in listed(design, nodes):
        design = remove(design, node_id)
    return design


def duplicate_many(design: Design, nodes: Sequence[str]) -> Design:
    """Copies of nodes, with the wires between them; wires from outside lead into the copies as well."""
    chosen = listed(design, nodes)
    reads = resolve_reads(design)
    documents = [find(design, one).model_copy(update={"inputs": reads[one]}).document() for one in chosen]
    return paste(design, documents, keep_wires=True)


def paste(
    design: Design,
    nodes: Sequence[Mapping[str, Any]],
    composites: Mapping[str, Any] | None = None,
    at: Sequence[float] | None = None,
    keep_wires: bool = False,
) -> Design:
    """Put nodes in that were copied, here or elsewhere, under free names.

    Wires among them stay. Wires from outside stay with `keep_wires` where there is such a node, and are cut otherwise.
    `composites` defines the blocks of a design's own that the nodes use: one that is here with the same content is
    used, one whose name another one has comes in under a free name. `at` is where the first of them lies on the canvas.
    """
    if not isinstance(nodes, list | tuple) or not nodes:
        raise EditError("There is nothing to paste.")
    given = [checked(lambda one=one: Node.model_validate(one)) for one in nodes]
    design, blocks = with_composites(design, given, {} if composites is None else composites)
    names: dict[str, str] = {}
    grown = design
    for node in given:
        names[node.id] = free_name(grown, node.id)
        spare = Node(id=names[node.id], block=node.block)
        grown = grown.model_copy(update={"nodes": (*grown.nodes, spare)})
    known = design.ids()
    shift = _shift(given, at)
    pasted = []
    before: str | None = None
    for node in given:
        sources = node.inputs if node.inputs is not None else ((before,) if before else ())
        inputs = []
        for source in sources:
            base, number = port({*names, *known}, source)
            if base in names:
                inputs.append(f"{names[base]}/{number}" if number else names[base])
            elif keep_wires and base in known:
                inputs.append(source)
        shares = names.get(node.shares, node.shares if keep_wires else None)
        place = None if node.at is None else (node.at[0] + shift[0], node.at[1] + shift[1])
        changes = {"id": names[node.id], "inputs": tuple(inputs), "shares": shares, "at": place}
        pasted.append(node.model_copy(update={**changes, "block": blocks.get(node.block, node.block)}))
        before = node.id
    design = written_out(design)
    return in_running_order(design.model_copy(update={"nodes": (*design.nodes, *pasted)}))


def place(design: Design, node_id: str, at: Sequence[float] | None) -> Design:
    """Put a node or an input at `[x, y]` of the canvas, in pixels; None leaves it to the layout."""
    where = None if at is None else _pair(at)
    if node_id in {one.id for one in design.inputs}:
        inputs = tuple(
            one.model_copy(update={"at": where}) if one.id == node_id else one for one in design.inputs
        )
        return made(design, inputs=inputs)
    return changed(design, find(design, node_id), at=where)


def arrange(design: Design) -> Design:
    """Leave the place of every node and input to the layout."""
    inputs = tuple(one.model_copy(update={"at": None}) for one in design.inputs)
    nodes = tuple(node.model_copy(update={"at": None}) for node in design.nodes)
    return made(design, inputs=inputs, nodes=nodes)


def repeat(design: Design, node_id: str, times: int) -> Design:
    """Let a node stand several times in a chain, each copy with its own weights."""
    if isinstance(times, bool) or not isinstance(times, int) or not 1 <= times <= MAX_REPEAT:
        raise EditError(f'"{node_id}" can be repeated 1 to {MAX_REPEAT} times. Received: {times!r:.40}.')
    node = find(design, node_id)
    if times > 1 and node.shares is not None:
        raise EditError(f'"{node_id}" uses the weights of "{node.shares}", so it cannot be repeated.')
    return changed(design, node, repeat=times)


def share(design: Design, node_id: str, other: str | None) -> Design:
    """Let a node use the layer of another one, and so its weights; None gives it weights of its own again."""
    node = find(design, node_id)
    if other is None:
        if node.shares is None:
            return design
        owner = next((one for one in design.nodes if one.id == node.shares), None)
        params = dict(owner.params) if owner is not None and owner.block == node.block else node.params
        return changed(design, node, shares=None, params=params)
    owner = find(design, other)
    if owner.id == node_id:
        raise EditError(f'"{node_id}" has its own weights already. Name another node.')
    if owner.block != node.block:
        raise EditError(
            f'"{node_id}" is a {node.block} and "{other}" a {owner.block}; only equal blocks can share weights.'
        )
    if owner.shares is not None:
        raise EditError(f'"{other}" itself uses the weights of "{owner.shares}". Name that one.')
    if node.repeat != 1 or owner.repeat != 1:
        raise EditError(f'"{node_id}" and "{other}" cannot share weights while one of them is repeated.')
    if any(one.shares == node_id for one in design.nodes):
        raise EditError(f'Other nodes use the weights of "{node_id}", so it must keep its own.')
    return changed(design, node, shares=other, params={})


def add_input(
    design: Design,
    input_id: str | None = None,
    shape: Sequence[int | None] = (28, 28, 1),
    dtype: str = "float32",
    at: Sequence[float] | None = None,
) -> Design:
    """Give the network one more input."""
    if input_id is None:
        input_id = free_name(design, "input")
    elif input_id in design.ids():
        raise EditError(f'The name "{input_id}" is taken. Choose another.')
    if not isinstance(shape, list | tuple):
        raise EditError("A shape is a list of whole numbers, such as [28, 28, 1].")
    place = None if at is None else _pair(at)
    new = checked(lambda: Input(id=input_id, shape=tuple(shape), dtype=dtype, at=place))
    return made(design, inputs=(*design.inputs, new))


def remove_input(design: Design, input_id: str) -> Design:
    """Take an input away; who read it reads one thing less."""
    if input_id not in {one.id for one in design.inputs}:
        raise EditError(f'There is no input named "{input_id}".')
    if len(design.inputs) == 1:
        raise EditError("A network needs an input. Add another one before this one is removed.")
    full = written_out(design)
    nodes = tuple(
        node.model_copy(update={"inputs": rerouted(design, node.inputs, input_id, None)})
        for node in full.nodes
    )
    inputs = tuple(one for one in design.inputs if one.id != input_id)
    return in_running_order(full.model_copy(update={"inputs": inputs, "nodes": nodes}))


def _pair(at: object) -> tuple[float, float]:
    pair = isinstance(at, list | tuple) and len(at) == 2
    if not pair or not all(isinstance(one, int | float) and abs(one) <= 1e6 for one in at):
        raise EditError("A place on the canvas is a pair of numbers, such as [120, 80].")
    return float(at[0]), float(at[1])


def _known_source(design: Design, source: str, reader: str) -> None:
    if not isinstance(source, str) or port(design.ids(), source)[0] not in design.ids():
        raise EditError(f'There is no node or input named "{str(source)[:60]}" for "{reader}" to read.')
    if port(design.ids(), source)[0] == reader:
        raise EditError(f'"{reader}" cannot read itself.')


def _slot(reads: list[str], slot: object, node_id: str) -> int:
    if isinstance(slot, bool) or not isinstance(slot, int) or not 0 <= slot < len(reads):
        raise EditError(
            f'"{node_id}" reads {len(reads)} things; there is no place {str(slot)[:20]} among them.'
        )
    return slot


def _rewired(design: Design, node: Node, reads: Sequence[str]) -> Design:
    full = written_out(design)
    nodes = tuple(
        one.model_copy(update={"inputs": tuple(reads)}) if one.id == node.id else one for one in full.nodes
    )
    return _acyclic(full.model_copy(update={"nodes": nodes}), node.id)


def _acyclic(design: Design, node_id: str) -> Design:
    if cyclic(design):
        raise EditError(f'"{node_id}" cannot read that: the node would wait for its own result.')
    return in_running_order(design)


def _taken_out(design: Design, node: Node) -> Design:
    """The design with a node out of its wires; it stays in the list and reads nothing."""
    full = written_out(design)
    instead = next(iter(full.node(node.id).inputs), None)
    nodes = []
    for other in full.nodes:
        inputs = () if other.id == node.id else rerouted(design, other.inputs, node.id, instead)
        nodes.append(other.model_copy(update={"inputs": inputs}))
    return full.model_copy(update={"nodes": tuple(nodes)})


def _shift(nodes: Sequence[Node], at: Sequence[float] | None) -> tuple[float, float]:
    placed = [node.at for node in nodes if node.at is not None]
    if not placed:
        return 0.0, 0.0
    if at is None:
        return _STEP, _STEP
    at = _pair(at)
    return at[0] - min(x for x, _ in placed), at[1] - min(y for _, y in placed)

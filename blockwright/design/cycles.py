"""Cycles: finding one, and wires that may be removed or drawn without making one."""

from collections.abc import Mapping

from blockwright.schema.design import Design
from blockwright.schema.rules import Candidate

Bases = Mapping[str, tuple[str, ...]]
"""What each node reads, by the ids of nodes and inputs alone."""


def waits_for(node_id: str, other: str, bases: Bases) -> bool:
    """Whether a node is `other`, or reads it, directly or through others."""
    visited: set[str] = set()
    stack = [node_id]
    while stack:
        current = stack.pop()
        if current == other:
            return True
        if current not in visited:
            visited.add(current)
            stack.extend(bases.get(current, ()))
    return False


def read_before(design: Design, node_id: str, bases: Bases) -> Candidate:
    """Connect a node to the one before it, or to the first input where that would create a cycle."""
    index = design.index(node_id)
    first = design.inputs[0].id
    previous = design.nodes[index - 1].id if index else first
    if not waits_for(previous, node_id, bases):
        edit = {"op": "connect", "node": node_id, "inputs": None}
        return "Connect the node before it", [edit]
    return f"Connect {first}", [{"op": "connect", "node": node_id, "inputs": [first]}]


def cycle_among(stuck: list[str], bases: Bases) -> list[str]:
    """A cycle among nodes that have no order, each of which reads another of them: every one reads the one before."""
    inside = set(stuck)
    path: list[str] = []
    node = stuck[0]
    while node not in path:
        path.append(node)
        node = next(source for source in bases[node] if source in inside)
    return path[path.index(node) :][::-1]


def cut(design: Design, cycle: list[str], bases: Bases) -> Candidate | None:
    """Remove the first wire of a cycle whose reader can do without: it has other inputs, or can read another node."""
    previous = {node.id: design.nodes[index - 1].id for index, node in enumerate(design.nodes) if index}
    first = design.inputs[0].id
    ids = design.ids()
    for reader, source in zip(cycle, [cycle[-1], *cycle[:-1]], strict=True):
        node = design.node(reader)
        if node.inputs is None:
            continue
        # Of nodes that share a name, another one may be read here; the finding of the name says so.
        reads = zip(node.inputs, bases[reader], strict=False)
        others = [pair for pair in reads if pair[1] != source and pair[1] in ids]
        for inputs in [[read for read, _ in others]] if others else [None, [first]]:
            sources = tuple(base for _, base in others)
            sources = sources or (first if inputs else previous.get(reader, first),)
            after = {**bases, reader: sources}
            if not any(waits_for(source, reader, after) for source in sources):
                edit = {"op": "connect", "node": reader, "inputs": inputs}
                return f"Remove the wire {source} -> {reader}", [edit]
    return None

"""Cycles: finding one, and wires that may be removed or drawn without making one."""

from collections.abc import Mapping

from blockwright.schema.design import Design
from blockwright.schema.rules import Candidate

Bases = Mapping[str, tuple[str, ...]]
"""What each node reads, by the ids of nodes and inputs alone."""


def waits_for(node_id: str, other: str, bases: Bases) -> bool:
    """Whether a node is `other`, or reads it, directly or through others."""
    seen: set[str] = set()
    stack = [node_id]
    while stack:
        here = stack.pop()
        if here == other:
            return True
        if here not in seen:
            seen.add(here)
            stack.extend(bases.get(here, ()))
    return False


def read_before(design: Design, node_id: str, bases: Bases) -> Candidate:
    """Connect a node to the one before it, or to the first input where that would create a cycle."""
    place = design.index(node_id)
    first = design.inputs[0].id
    before = design.nodes[place - 1].id if place else first
    if not waits_for(before, node_id, bases):
        edit = {"op": "connect", "node": node_id, "inputs": None}
        return "Connect the node before it", [edit]
    return f"Connect {first}", [{"op": "connect", "node": node_id, "inputs": [first]}]


def cycle_among(stuck: list[str], bases: Bases) -> list[str]:
    """A cycle among nodes that have no order, each of which reads another of them: every one reads the one before."""
    inside = set(stuck)
    passed: list[str] = []
    node = stuck[0]
    while node not in passed:
        passed.append(node)
        node = next(source for source in bases[node] if source in inside)
    return passed[passed.index(node) :][::-1]


def cut(design: Design, cycle: list[str], bases: Bases) -> Candidate | None:
    """Remove the first wire of a cycle whose reader can do without: it has other inputs, or can read another node."""
    before = {node.id: design.nodes[place - 1].id for place, node in enumerate(design.nodes) if place}
    first = design.inputs[0].id
    known = design.ids()
    for reader, source in zip(cycle, [cycle[-1], *cycle[:-1]], strict=True):
        node = design.node(reader)
        if node.inputs is None:
            continue
        # Of nodes that share a name, another one may be read here; the finding of the name says so.
        reads = zip(node.inputs, bases[reader], strict=False)
        kept = [pair for pair in reads if pair[1] != source and pair[1] in known]
        for inputs in [[one for one, _ in kept]] if kept else [None, [first]]:
            instead = tuple(base for _, base in kept)
            instead = instead or (first if inputs else before.get(reader, first),)
            after = {**bases, reader: instead}
            if not any(waits_for(one, reader, after) for one in instead):
                edit = {"op": "connect", "node": reader, "inputs": inputs}
                return f"Remove the wire {source} -> {reader}", [edit]
    return None

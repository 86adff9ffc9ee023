"""Nodes that wait for each other: finding a ring, and wires that may be cut or drawn without making one."""

from collections.abc import Mapping

from blockwright.schema.design import Design
from blockwright.schema.findings import Finding, Fix

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


def read_before(design: Design, node_id: str, bases: Bases) -> Fix:
    """Let a node read the one before it, or the first input where that one waits for it."""
    place = design.index(node_id)
    first = design.inputs[0].id
    before = design.nodes[place - 1].id if place else first
    if not waits_for(before, node_id, bases):
        edit = {"op": "connect", "node": node_id, "inputs": None}
        return Fix(label="Read the node before it", edits=[edit])
    return Fix(label=f"Read {first}", edits=[{"op": "connect", "node": node_id, "inputs": [first]}])


def ring_finding(design: Design, stuck: list[str], bases: Bases) -> Finding:
    """The finding for a ring among nodes that have no order, each of which reads another of them."""
    inside = set(stuck)
    seen: list[str] = []
    node = stuck[0]
    while node not in seen:
        seen.append(node)
        node = next(source for source in bases[node] if source in inside)
    ring = seen[seen.index(node) :][::-1]
    path = " -> ".join(f'"{one}"' for one in [*ring[:6], *(["…"] if len(ring) > 6 else []), ring[0]])
    message = (
        f"These nodes wait for each other: {path}. A network runs in one direction: cut one of these wires."
    )
    fix = _cut(design, ring, bases)
    return Finding(code="cycle", node=ring[0], severity="error", message=message, fix=fix)


def _cut(design: Design, ring: list[str], bases: Bases) -> Fix | None:
    """The first wire of the ring whose reader can read something else: its other sources, the node before, an input."""
    before = {node.id: design.nodes[place - 1].id for place, node in enumerate(design.nodes) if place}
    first = design.inputs[0].id
    known = design.ids()
    for reader, source in zip(ring, [ring[-1], *ring[:-1]], strict=True):
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
                return Fix(label=f"Cut {source} -> {reader}", edits=[edit])
    return None

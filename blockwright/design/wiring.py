"""How the nodes of a design are wired: what each one reads, and an order to run them in."""

import heapq
from collections.abc import Container
from dataclasses import dataclass

from blockwright.schema.design import Design, port


@dataclass(frozen=True)
class Wiring:
    """Who reads whom, with every name that was left out filled in.

    Attributes:
        reads: for each node id what it reads, in order: ids of nodes or inputs, or "id/1" for the second result of a
            node that gives several.
        order: the node ids so that each comes after everything it reads.
        outputs: the ids whose values the network gives, or "id/1" likewise.
        ids: the ids of all nodes and inputs.
    """

    reads: dict[str, tuple[str, ...]]
    order: tuple[str, ...]
    outputs: tuple[str, ...]
    ids: frozenset[str]

    def node_of(self, source: str) -> str:
        """The id of the node or input that a source comes from: 'lstm' for "lstm/1"."""
        return port(self.ids, source)[0]

    def readers(self, source: str) -> list[str]:
        """The node ids that read any result of the node or input `source`."""
        return [
            node
            for node, sources in self.reads.items()
            if any(self.node_of(read) == source for read in sources)
        ]

    def above(self, node_id: str) -> set[str]:
        """The ids of everything that `node_id` depends on, itself left out."""
        ancestors: set[str] = set()
        stack = list(self.reads.get(self.node_of(node_id), ()))
        while stack:
            source = self.node_of(stack.pop())
            if source not in ancestors:
                ancestors.add(source)
                stack.extend(self.reads.get(source, ()))
        return ancestors


def resolve_reads(design: Design) -> dict[str, tuple[str, ...]]:
    """What each node reads, with left-out `inputs` filled in: the node listed before, or the first input."""
    reads: dict[str, tuple[str, ...]] = {}
    before = design.inputs[0].id
    for node in design.nodes:
        reads[node.id] = node.inputs if node.inputs is not None else (before,)
        before = node.id
    return reads


def resolve_outputs(design: Design) -> tuple[str, ...]:
    """The ids that the network gives: as named, else the last node; empty when there is no node."""
    if design.outputs is not None:
        return design.outputs
    return (design.nodes[-1].id,) if design.nodes else ()


def partial_wiring(design: Design) -> Wiring:
    """The wiring of what can be ordered at all: nodes in a cycle, or below one, are left out of `order`.

    Names that occur twice keep their first node only; names that lead nowhere stay in `reads`.
    """
    reads: dict[str, tuple[str, ...]] = {}
    for node_id, sources in resolve_reads(design).items():
        reads.setdefault(node_id, sources)
    ids = frozenset(design.ids())
    order, _ = running_order(source_ids(reads, ids))
    return Wiring(reads, tuple(order), resolve_outputs(design), ids)


def source_ids(reads: dict[str, tuple[str, ...]], ids: Container[str]) -> dict[str, tuple[str, ...]]:
    """What each node reads by the ids of nodes and inputs alone."""
    return {node: tuple(port(ids, source)[0] for source in sources) for node, sources in reads.items()}


def running_order(reads: dict[str, tuple[str, ...]]) -> tuple[list[str], list[str]]:
    """The nodes so that each comes after those that it reads, and the nodes for which there is no such order."""
    waits = {
        node: len([source for source in dict.fromkeys(sources) if source in reads])
        for node, sources in reads.items()
    }
    readers: dict[str, list[str]] = {}
    for node, sources in reads.items():
        for source in dict.fromkeys(sources):
            readers.setdefault(source, []).append(node)
    # Of the nodes that are ready the one listed first goes on, so that a list in running order keeps its order.
    nodes = list(reads)
    position = {node: index for index, node in enumerate(nodes)}
    ready = [position[node] for node, count in waits.items() if count == 0]
    order = []
    while ready:
        node = nodes[heapq.heappop(ready)]
        order.append(node)
        for reader in readers.get(node, ()):
            waits[reader] -= 1
            if waits[reader] == 0:
                heapq.heappush(ready, position[reader])
    done = set(order)
    return order, [node for node in reads if node not in done]

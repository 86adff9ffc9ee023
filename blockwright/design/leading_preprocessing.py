"""The preprocessing that a design begins with, which can run in the network or in the input pipeline."""

from dataclasses import dataclass

from blockwright.design.wiring import partial_wiring
from blockwright.layers import SPECS
from blockwright.schema.design import Design, Node, port

BLOCKS = tuple(
    name
    for name, spec in SPECS.items()
    if (spec.category in ("Preprocessing", "Text and features") or name == "Normalization")
    and not spec.random
    and spec.inputs == (1, 1)
)
"""The blocks that do the same to an example whatever the network has learned."""


@dataclass(frozen=True)
class LeadingPreprocessing:
    """The nodes that run first, in running order, and what the rest of the network reads: their ids, or inputs'."""

    nodes: tuple[str, ...]
    results: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.nodes)


def leading_preprocessing(design: Design) -> LeadingPreprocessing:
    """The preprocessing that a design begins with; empty where it begins with something else.

    A node belongs to it that is used once and reads an input, or such a node.
    """
    wires = partial_wiring(design)
    inputs = [entry.id for entry in design.inputs]
    nodes = {node.id: node for node in design.nodes}
    shared = {node.shares for node in design.nodes if node.shares}
    outputs = {wires.node_of(output) for output in wires.outputs}
    leading: list[str] = []
    for node_id in wires.order:
        node = nodes[node_id]
        reads = wires.reads[node_id]
        known = {*inputs, *leading}
        if _is_plain(node) and node_id not in shared | outputs and len(reads) == 1 and reads[0] in known:
            leading.append(node_id)
    rest = [node_id for node_id in wires.order if node_id not in leading]
    read = {port([*inputs, *nodes], source)[0] for node_id in rest for source in wires.reads[node_id]}
    read |= {port([*inputs, *nodes], output)[0] for output in wires.outputs}
    return LeadingPreprocessing(
        tuple(leading), tuple(source for source in (*inputs, *leading) if source in read)
    )


def _is_plain(node: Node) -> bool:
    return node.enabled and node.block in BLOCKS and node.repeat == 1 and node.shares is None

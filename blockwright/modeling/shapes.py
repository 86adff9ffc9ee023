"""The shapes and costs of every node of a design, as far as they can be known."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from blockwright.architecture.catalog import Catalog
from blockwright.architecture.findings import Finding
from blockwright.architecture.spec import Design, Node
from blockwright.architecture.structure import Wiring, partial_wiring
from blockwright.modeling.catalog import catalog
from blockwright.modeling.costs import Cost, Shape
from blockwright.modeling.measure import ShapeError, measure


@dataclass
class View:
    """A design with what is known of it.

    Attributes:
        shapes: by the id of each node and input, what it gives, with the batch; missing below an error.
        costs: by node id; missing for nodes with an error, below one, or switched off.
        errors: by node id, why its shape cannot be known although what it reads can.
        broken: the nodes whose block or arguments the catalog refuses, with the findings.
    """

    design: Design
    wires: Wiring
    nodes: dict[str, Node]
    shapes: dict[str, Shape] = field(default_factory=dict)
    dtypes: dict[str, str] = field(default_factory=dict)
    costs: dict[str, Cost] = field(default_factory=dict)
    errors: dict[str, ShapeError] = field(default_factory=dict)
    broken: dict[str, list[Finding]] = field(default_factory=dict)

    def sources(self, node_id: str) -> tuple[str, ...]:
        """What a node reads."""
        return self.wires.reads[node_id]

    def given(self, node_id: str) -> list[Shape]:
        """The shapes that a node reads."""
        return [self.shapes[one] for one in self.sources(node_id)]

    def read_dtypes(self, node_id: str) -> list[str]:
        """The data types of what a node reads."""
        return [self.dtypes[one] for one in self.sources(node_id)]

    def params(self, node: Node) -> dict[str, Any]:
        """All arguments of a node, those left out with their defaults."""
        return {**self.catalog.defaults(node.block), **node.params}

    def leads_to(self, wanted: Callable[[Node], bool]) -> set[str]:
        """The ids of the nodes that have a node below them, at any distance, for which `wanted` holds."""
        found: set[str] = set()
        for node_id in reversed(self.wires.order):
            if node_id in found or wanted(self.nodes[node_id]):
                found.update(self.wires.reads[node_id])
        return found

    @property
    def catalog(self) -> Catalog:
        """The catalog that the design was checked against."""
        return catalog()


def view(design: Design) -> View:
    """Work out every shape that can be known; errors stay where they arise, and the rest is answered."""
    known = catalog()
    wires = partial_wiring(design)
    nodes: dict[str, Node] = {}
    for node in design.nodes:
        nodes.setdefault(node.id, node)
    seen = View(design, wires, nodes)
    for one in design.inputs:
        seen.shapes[one.id] = (None, *one.shape)
        seen.dtypes[one.id] = one.dtype
    for node in nodes.values():
        findings = known.check_node(node)
        if findings:
            seen.broken[node.id] = findings
    for node_id in wires.order:
        _place(seen, nodes[node_id])
    return seen


def _place(seen: View, node: Node) -> None:
    sources = seen.sources(node.id)
    if node.id in seen.broken or any(one not in seen.shapes for one in sources):
        return
    if not node.enabled:
        seen.shapes[node.id] = seen.shapes[sources[0]]
        seen.dtypes[node.id] = seen.dtypes[sources[0]]
        return
    given = seen.given(node.id)
    measured = measure(node.block, node.params, given, seen.read_dtypes(node.id))
    if measured.error is not None:
        seen.errors[node.id] = measured.error
        return
    seen.costs[node.id] = measured.cost
    seen.shapes[node.id] = measured.cost.shape
    seen.dtypes[node.id] = measured.cost.dtype

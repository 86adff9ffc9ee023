"""What is known of the shapes and costs of a design."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from blockwright.design.wiring import Wiring
from blockwright.inference.cost_estimator import ShapeError
from blockwright.layers.costs import Cost
from blockwright.layers.declaration.shapes import Shape
from blockwright.schema.catalog import Catalog
from blockwright.schema.design import Design, Node
from blockwright.schema.findings import Finding


@dataclass
class ShapeView:
    """A design with its shapes and costs.

    Attributes:
        nodes: by id; of several nodes with one id, the first.
        catalog: the catalog that the design was checked against, its composite blocks included.
        shapes: by the id of each node and input, what it outputs, with the batch; missing below an error. A node that
            has several results has them under "id/0", "id/1" too.
        dtypes: the data types of `shapes`.
        costs: by node id; missing for nodes with an error, below one, or switched off.
        errors: by node id, why its shape cannot be known although its inputs are.
        broken: the nodes whose block, arguments or inputs are refused without looking at shapes, with the findings.
        insides: for nodes of the design's composite blocks, what is inside.
        weights: by the id of each node whose layer was measured, the first node that uses it, and its parameters.
        fingerprints: by the name of a composite block, what stands for all that its inside depends on.
        is_inside: whether it is of the inside of one of the design's composite blocks.
        tries: how many more fixes may be tried on it.
    """

    design: Design
    wires: Wiring
    nodes: dict[str, Node]
    catalog: Catalog
    shapes: dict[str, Shape] = field(default_factory=dict)
    dtypes: dict[str, str] = field(default_factory=dict)
    costs: dict[str, Cost] = field(default_factory=dict)
    errors: dict[str, ShapeError] = field(default_factory=dict)
    broken: dict[str, list[Finding]] = field(default_factory=dict)
    insides: dict[str, "ShapeView"] = field(default_factory=dict)
    weights: dict[str, tuple[str, int]] = field(default_factory=dict)
    fingerprints: dict[str, str] = field(default_factory=dict)
    is_inside: bool = False
    tries: int = 0

    def sources(self, node_id: str) -> tuple[str, ...]:
        """The inputs of a node, as the design writes them."""
        return self.wires.reads[node_id]

    def node_at(self, source: str) -> Node | None:
        """The node that a source comes from; None where that is an input, or nothing."""
        return self.nodes.get(self.wires.node_of(source))

    def input_shapes(self, node_id: str) -> list[Shape]:
        """The shapes of a node's inputs."""
        return [self.shapes[source] for source in self.sources(node_id)]

    def input_dtypes(self, node_id: str) -> list[str]:
        """The data types of a node's inputs."""
        return [self.dtypes[source] for source in self.sources(node_id)]

    def params(self, node: Node) -> dict[str, Any]:
        """All arguments of a node, those left out with their defaults."""
        return {**self.catalog.defaults(node.block), **self.owner(node).params}

    def owner(self, node: Node) -> Node:
        """The node whose layer it uses: itself, or the one whose weights it shares."""
        return node if node.shares is None else self.nodes.get(node.shares, node)

    def nodes_before(self, condition: Callable[[Node], bool]) -> set[str]:
        """The ids of the nodes that have a node below them, at any distance, for which `condition` holds."""
        before: set[str] = set()
        for node_id in reversed(self.wires.order):
            if node_id in before or condition(self.nodes[node_id]):
                before.update(map(self.wires.node_of, self.wires.reads[node_id]))
        return before

    def findings_without_shapes(self) -> list[Finding]:
        """What is wrong with the nodes by themselves, in the order of the design."""
        return [finding for node_id in self.nodes for finding in self.broken.get(node_id, ())]

    def set_result(self, node_id: str, shape: Shape, dtype: str) -> None:
        """Note the only result of an input, or of a node that is switched off."""
        for name in (node_id, f"{node_id}/0"):
            self.shapes[name], self.dtypes[name] = shape, dtype

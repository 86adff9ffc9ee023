"""The shapes and costs of every node of a design, as far as they can be known."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cachetools import LRUCache

from blockwright.design.argument_rules import check_node
from blockwright.design.composites import MAX_LAYERS, layer_count, opened, used_in
from blockwright.design.structure import Wiring, partial_wiring
from blockwright.inference.catalog import catalog_of
from blockwright.inference.cost_estimator import Measured, ShapeError, measure
from blockwright.layers.costs import Cost
from blockwright.layers.declaration.shapes import Shape
from blockwright.schema.catalog import Catalog
from blockwright.schema.design import Design, Node
from blockwright.schema.findings import Finding, Fix
from blockwright.schema.rules import Problem, Rule

_NODES_TRIED = 20_000
_insides: LRUCache[tuple, "_Inside"] = LRUCache(2_000)


class NoSuchResult(Rule[Any]):
    """A node outputs as many results as its block says, numbered from 0. Choose one of them."""

    code = "no-such-result"


class NotRepeatable(Rule[Any]):
    """Each copy of a repeated node reads the one before it, so it has one input and one output. Use it once."""

    code = "repeat"


@dataclass
class View:
    """A design with what is known of it.

    Attributes:
        shapes: by the id of each node and input, what it gives, with the batch; missing below an error. A node that
            gives several results has them under "id/0", "id/1" too.
        costs: by node id; missing for nodes with an error, below one, or switched off.
        errors: by node id, why its shape cannot be known although what it reads can.
        broken: the nodes whose block or arguments the catalog refuses, with the findings.
        insides: for nodes of the design's own blocks, what is inside.
        catalog: the catalog that the design was checked against, its own blocks included.
        tries: how many more fixes may be tried on it.
        weights: by the id of each node whose layer was placed, the first node that uses it, and how many weights
            that needs.
        inner: whether it is of the inside of one of the design's own blocks.
        marks: by the name of one of the design's own blocks, what stands for all that its inside depends on.
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
    insides: dict[str, "View"] = field(default_factory=dict)
    tries: int = 0
    weights: dict[str, tuple[str, int]] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    inner: bool = False

    def sources(self, node_id: str) -> tuple[str, ...]:
        """What a node reads."""
        return self.wires.reads[node_id]

    def node_at(self, source: str) -> Node | None:
        """The node that a source comes from; None where that is an input, or nothing."""
        return self.nodes.get(self.wires.node_of(source))

    def given(self, node_id: str) -> list[Shape]:
        """The shapes that a node reads."""
        return [self.shapes[one] for one in self.sources(node_id)]

    def read_dtypes(self, node_id: str) -> list[str]:
        """The data types of what a node reads."""
        return [self.dtypes[one] for one in self.sources(node_id)]

    def params(self, node: Node) -> dict[str, Any]:
        """All arguments of a node, those left out with their defaults."""
        return {**self.catalog.defaults(node.block), **self.owner(node).params}

    def owner(self, node: Node) -> Node:
        """The node whose layer it uses: itself, or the one whose weights it shares."""
        return node if node.shares is None else self.nodes.get(node.shares, node)

    def leads_to(self, wanted: Callable[[Node], bool]) -> set[str]:
        """The ids of the nodes that have a node below them, at any distance, for which `wanted` holds."""
        found: set[str] = set()
        for node_id in reversed(self.wires.order):
            if node_id in found or wanted(self.nodes[node_id]):
                found.update(map(self.wires.node_of, self.wires.reads[node_id]))
        return found


@dataclass
class _Inside:
    """What is inside one use of a design's own block, and what it costs."""

    view: View
    measured: Measured


def view(design: Design) -> View:
    """Work out every shape that can be known; errors stay where they arise, and the rest is answered."""
    shapes = {one.id: (None, *one.shape) for one in design.inputs}
    dtypes = {one.id: one.dtype for one in design.inputs}
    return _view(design, shapes, dtypes)


def view_again(seen: View, design: Design) -> View:
    """The view of a changed design; one of the inside of a block is given what it was given before."""
    if not seen.inner:
        return view(design)
    known = [one.id for one in design.inputs if one.id in seen.shapes]
    shapes, dtypes = {one: seen.shapes[one] for one in known}, {one: seen.dtypes[one] for one in known}
    return _view(design, shapes, dtypes, inner=True)


def view_inside(
    design: Design, block: str, params: dict[str, Any], given: list[Shape], dtypes: list[str]
) -> View:
    """The inside of a design's own block, with these arguments and reading these shapes."""
    return _inside(design, {}, block, params, given, dtypes).view


def _view(
    design: Design,
    shapes: dict[str, Shape],
    dtypes: dict[str, str],
    marks: dict[str, str] | None = None,
    inner: bool = False,
) -> View:
    known = catalog_of(design)
    nodes: dict[str, Node] = {}
    for node in design.nodes:
        nodes.setdefault(node.id, node)
    seen = View(
        design, partial_wiring(design), nodes, known, marks={} if marks is None else marks, inner=inner
    )
    for one, shape in shapes.items():
        _gives(seen, one, shape, dtypes[one])
    seen.tries = max(8, _NODES_TRIED // max(1, len(nodes)))
    for node in nodes.values():
        findings = [*check_node(known, node, seen.wires.known), *_check_repeat(node, known)]
        if findings:
            seen.broken[node.id] = findings
    if layer_count(design) > MAX_LAYERS:
        return seen
    for node_id in seen.wires.order:
        _place(seen, nodes[node_id])
    _give_owners_their_weights(seen)
    _check_outputs(seen)
    return seen


def _gives(seen: View, one: str, shape: Shape, dtype: str) -> None:
    """Note what an input, or a node that passes its value on, gives: one result."""
    for name in (one, f"{one}/0"):
        seen.shapes[name], seen.dtypes[name] = shape, dtype


def _missing_result(seen: View, source: str, reader: Node) -> Finding | None:
    """The finding for a source that names a result which its node does not give."""
    base = seen.wires.node_of(source)
    if source in seen.shapes or base not in seen.shapes:
        return None
    gives = len(seen.costs[base].shapes) if base in seen.costs else 1
    count = "one result" if gives == 1 else f"{gives} results, 0 to {gives - 1}"
    message = (
        f'"{reader.id}" reads "{source}", a further result of "{base}", but "{base}" outputs {count}. '
        "Choose another one."
    )
    edit = {
        "op": "connect",
        "node": reader.id,
        "inputs": [base if one == source else one for one in seen.wires.reads.get(reader.id, ())],
    }
    return NoSuchResult().finding(Problem(reader.id, message, ((f"Connect {base}", [edit]),)))


def _check_outputs(seen: View) -> None:
    """Outputs that name a result which their node does not give; all of them are fixed at once."""
    base = seen.wires.node_of
    missing = [
        one
        for one in seen.wires.outputs
        if base(one) in seen.nodes and _missing_result(seen, one, seen.nodes[base(one)]) is not None
    ]
    given = list(dict.fromkeys(base(one) if one in missing else one for one in seen.wires.outputs))
    fix = Fix(label=f"Output {' and '.join(given)}", edits=[{"op": "outputs", "outputs": given}])
    for output in missing:
        finding = _missing_result(seen, output, seen.nodes[base(output)])
        seen.broken.setdefault(base(output), []).append(finding.model_copy(update={"fix": fix}))


def _place(seen: View, node: Node) -> None:
    sources = seen.sources(node.id)
    missing = [found for one in sources if (found := _missing_result(seen, one, node)) is not None]
    if missing:
        seen.broken.setdefault(node.id, []).extend(missing)
    owner = seen.owner(node)
    if {node.id, owner.id} & seen.broken.keys() or owner.block != node.block:
        return
    if not sources or any(one not in seen.shapes for one in sources):
        return
    if not node.enabled:
        _gives(seen, node.id, seen.shapes[sources[0]], seen.dtypes[sources[0]])
        return
    cost = _repeated_cost(seen, node, owner.params)
    if cost is None:
        return
    if not owner.trainable:
        cost = replace(cost, trainable_params=0)
    first, count = seen.weights.setdefault(owner.id, (node.id, cost.params))
    if count != cost.params:
        seen.errors[node.id] = ShapeError(
            f'The weights of "{owner.id}" fit another shape.', node.block, seen.given(node.id)
        )
        return
    if first != node.id:
        cost = _without_weights(cost)
    seen.costs[node.id] = cost
    for number, shape in enumerate(cost.shapes):
        seen.shapes[f"{node.id}/{number}"] = shape
        seen.dtypes[f"{node.id}/{number}"] = cost.dtype
    seen.shapes[node.id] = cost.shapes[0]
    seen.dtypes[node.id] = cost.dtype


def _repeated_cost(seen: View, node: Node, params: dict[str, Any]) -> Cost | None:
    """The cost of all copies of a node; None, with its error noted, where one cannot take what it is given."""
    given, dtypes = seen.given(node.id), seen.read_dtypes(node.id)
    costs: list[Cost] = []
    for copy in range(1, node.repeat + 1):
        measured = _measure(seen, node, params, given, dtypes)
        if measured.error is not None:
            seen.errors[node.id] = _in_copy(measured.error, copy, given)
            return None
        costs.append(measured.cost)
        given, dtypes = [measured.cost.shapes[0]], [measured.cost.dtype]
    if len(costs) == 1:
        return costs[0]
    return Cost(
        costs[-1].shape,
        costs[-1].dtype,
        sum(cost.params for cost in costs),
        sum(cost.trainable_params for cost in costs),
        total([cost.macs for cost in costs]),
        total([cost.activation_bytes for cost in costs]),
    )


def _measure(
    seen: View, node: Node, params: dict[str, Any], given: list[Shape], dtypes: list[str]
) -> Measured:
    if seen.catalog.blocks[node.block].origin != "design":
        return measure(node.block, params, given, dtypes)
    inside = _inside(seen.design, seen.marks, node.block, params, given, dtypes)
    seen.insides[node.id] = inside.view
    return inside.measured


def _inside(
    design: Design,
    marks: dict[str, str],
    block: str,
    params: dict[str, Any],
    given: list[Shape],
    dtypes: list[str],
) -> _Inside:
    if block not in marks:
        marks[block] = _mark(design, block)
    key = (marks[block], json.dumps(params, sort_keys=True), tuple(given), tuple(dtypes))
    found = _insides.get(key)
    if found is None:
        body = opened(design, block, params)
        names = [one.id for one in body.inputs]
        shapes, kinds = dict(zip(names, given, strict=False)), dict(zip(names, dtypes, strict=False))
        inner = _view(body, shapes, kinds, marks, inner=True)
        found = _Inside(inner, _cost_of(inner, block, given))
        _insides[key] = found
    return found


def _cost_of(inner: View, block: str, given: list[Shape]) -> Measured:
    outputs = inner.wires.outputs
    if not outputs or any(one not in inner.shapes for one in outputs):
        return Measured(None, ShapeError("What is inside does not fit.", block, given))
    shapes = [inner.shapes[one] for one in outputs]
    costs = list(inner.costs.values())
    return Measured(
        Cost(
            shapes if len(shapes) > 1 else shapes[0],
            inner.dtypes[outputs[0]],
            sum(cost.params for cost in costs),
            sum(cost.trainable_params for cost in costs),
            total([cost.macs for cost in costs]),
            total([cost.activation_bytes for cost in costs]),
        )
    )


def _mark(design: Design, block: str) -> str:
    """What stands for all that the inside of a block depends on."""
    needed: set[str] = set()
    waiting = [block]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += used_in(design.composites[name], design.composites)
    definitions = {name: design.composites[name].document() for name in sorted(needed)}
    return hashlib.sha256(json.dumps([block, definitions], sort_keys=True).encode()).hexdigest()


def _without_weights(cost: Cost) -> Cost:
    return replace(cost, params=0, trainable_params=0)


def _give_owners_their_weights(seen: View) -> None:
    """Count shared weights at the node that they belong to, also where another one that uses them runs first."""
    for owner, (first, _) in seen.weights.items():
        if owner != first and owner in seen.costs:
            cost = seen.costs[first]
            seen.costs[owner] = replace(
                seen.costs[owner], params=cost.params, trainable_params=cost.trainable_params
            )
            seen.costs[first] = _without_weights(cost)


def _in_copy(error: ShapeError, copy: int, given: list[Shape]) -> ShapeError:
    if copy == 1:
        return error
    found = ShapeError(str(error), error.layer, list(given))
    found.copy = copy
    return found


def _check_repeat(node: Node, known: Catalog) -> list[Finding]:
    kind = known.blocks.get(node.block)
    if node.repeat == 1 or kind is None:
        return []
    reads = 1 if node.inputs is None else len(node.inputs)
    if reads == 1 and kind.min_inputs == 1 and kind.outputs == 1:
        return []
    message = (
        f'`{node.block}` "{node.id}" is repeated, and so must have one input and one output, because each copy '
        "reads the one before it. Set its repeats to 1."
    )
    edit = {"op": "repeat", "node": node.id, "times": 1}
    return [NotRepeatable().finding(Problem(node.id, message, ((f"Use {node.id} once", [edit]),)))]


def total(counts: Sequence[int | None]) -> int | None:
    """The sum; None where one of them is not known."""
    return None if None in counts else sum(counts)

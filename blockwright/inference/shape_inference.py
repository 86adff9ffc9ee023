"""The shapes and costs of every node of a design, as far as they can be known."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cachetools import LRUCache

from blockwright.design.argument_rules import check_node
from blockwright.design.composites import MAX_LAYERS, layer_count, opened, used_in
from blockwright.design.wiring import partial_wiring
from blockwright.inference.catalog import catalog_of
from blockwright.inference.cost_estimator import Measured, ShapeError, measure, sum_costs
from blockwright.inference.result_rules import NoSuchResult, NotRepeatable, note_missing_outputs
from blockwright.inference.shape_view import ShapeView
from blockwright.layers.costs import Cost
from blockwright.layers.declaration.shapes import Shape
from blockwright.schema.design import Design, Node

_NODES_TRIED = 20_000
"""How many nodes are measured again to try fixes, in the whole of a design."""
_LEAST_TRIED = 8
_insides: LRUCache[tuple[Any, ...], "_Inside"] = LRUCache(2_000)


@dataclass(frozen=True)
class _Inside:
    """What is inside one use of a design's composite block, and what it costs."""

    view: ShapeView
    measured: Measured


def infer_shapes(design: Design) -> ShapeView:
    """Work out every shape that can be known; errors stay where they arise, and the rest is answered."""
    shapes = {entry.id: (None, *entry.shape) for entry in design.inputs}
    return _infer(design, shapes, {entry.id: entry.dtype for entry in design.inputs})


def infer_again(view: ShapeView, design: Design) -> ShapeView:
    """The shapes of a changed design; the inside of a block keeps the shapes of its inputs."""
    if not view.is_inside:
        return infer_shapes(design)
    inputs = [entry.id for entry in design.inputs if entry.id in view.shapes]
    shapes, dtypes = (
        {name: view.shapes[name] for name in inputs},
        {name: view.dtypes[name] for name in inputs},
    )
    return _infer(design, shapes, dtypes, {}, is_inside=True)


def infer_inside(
    design: Design, block: str, params: dict[str, Any], shapes: Sequence[Shape], dtypes: Sequence[str]
) -> ShapeView:
    """The inside of a design's composite block, with these arguments and inputs of these shapes."""
    return _inside(design, {}, block, params, shapes, dtypes).view


def _infer(
    design: Design,
    shapes: Mapping[str, Shape],
    dtypes: Mapping[str, str],
    fingerprints: dict[str, str] | None = None,
    is_inside: bool = False,
) -> ShapeView:
    catalog = catalog_of(design)
    nodes: dict[str, Node] = {}
    for node in design.nodes:
        nodes.setdefault(node.id, node)
    fingerprints = {} if fingerprints is None else fingerprints
    view = ShapeView(
        design, partial_wiring(design), nodes, catalog, fingerprints=fingerprints, is_inside=is_inside
    )
    for name, shape in shapes.items():
        view.set_result(name, shape, dtypes[name])
    view.tries = max(_LEAST_TRIED, _NODES_TRIED // max(1, len(nodes)))
    for node in nodes.values():
        findings = check_node(catalog, node, view.wires.ids)
        if node.repeat > 1:
            findings += NotRepeatable().findings((catalog, node))
        if findings:
            view.broken[node.id] = findings
    if layer_count(design) > MAX_LAYERS:
        return view
    for node_id in view.wires.order:
        _measure_node(view, nodes[node_id])
    _count_weights_at_their_owners(view)
    note_missing_outputs(view)
    return view


def _measure_node(view: ShapeView, node: Node) -> None:
    sources = view.sources(node.id)
    if any("/" in source for source in sources):
        missing = NoSuchResult().findings((view, node))
        if missing:
            view.broken.setdefault(node.id, []).extend(missing)
    owner = view.owner(node)
    if {node.id, owner.id} & view.broken.keys() or owner.block != node.block:
        return
    if not sources or any(source not in view.shapes for source in sources):
        return
    if not node.enabled:
        view.set_result(node.id, view.shapes[sources[0]], view.dtypes[sources[0]])
        return
    cost = _cost_of_copies(view, node, owner.params)
    if cost is None:
        return
    if not owner.trainable:
        cost = replace(cost, trainable_params=0)
    first, count = view.weights.setdefault(owner.id, (node.id, cost.params))
    if count != cost.params:
        message = f'The weights of "{owner.id}" fit another shape.'
        view.errors[node.id] = ShapeError(message, node.block, view.input_shapes(node.id))
        return
    if first != node.id:
        cost = _without_weights(cost)
    view.costs[node.id] = cost
    for index, shape in enumerate(cost.shapes):
        view.shapes[f"{node.id}/{index}"] = shape
        view.dtypes[f"{node.id}/{index}"] = cost.dtype
    view.shapes[node.id] = cost.shapes[0]
    view.dtypes[node.id] = cost.dtype


def _cost_of_copies(view: ShapeView, node: Node, params: dict[str, Any]) -> Cost | None:
    """The cost of all copies of a node; None, with its error noted, where one cannot take its input."""
    shapes, dtypes = view.input_shapes(node.id), view.input_dtypes(node.id)
    costs: list[Cost] = []
    for copy in range(1, node.repeat + 1):
        measured = _measure(view, node, params, shapes, dtypes)
        if isinstance(measured, ShapeError):
            if copy > 1:
                measured = ShapeError(str(measured), measured.layer, shapes, copy)
            view.errors[node.id] = measured
            return None
        costs.append(measured)
        shapes, dtypes = [measured.shapes[0]], [measured.dtype]
    return costs[0] if len(costs) == 1 else sum_costs(costs, costs[-1].shape, costs[-1].dtype)


def _measure(
    view: ShapeView, node: Node, params: dict[str, Any], shapes: list[Shape], dtypes: list[str]
) -> Measured:
    if view.catalog.blocks[node.block].origin != "design":
        return measure(node.block, params, shapes, dtypes)
    inside = _inside(view.design, view.fingerprints, node.block, params, shapes, dtypes)
    view.insides[node.id] = inside.view
    return inside.measured


def _inside(
    design: Design,
    fingerprints: dict[str, str],
    block: str,
    params: dict[str, Any],
    shapes: Sequence[Shape],
    dtypes: Sequence[str],
) -> _Inside:
    if block not in fingerprints:
        fingerprints[block] = _fingerprint(design, block)
    key = (fingerprints[block], json.dumps(params, sort_keys=True), tuple(shapes), tuple(dtypes))
    if key not in _insides:
        body = opened(design, block, params)
        names = [entry.id for entry in body.inputs]
        shape_by_name = dict(zip(names, shapes, strict=False))
        dtype_by_name = dict(zip(names, dtypes, strict=False))
        view = _infer(body, shape_by_name, dtype_by_name, fingerprints, is_inside=True)
        _insides[key] = _Inside(view, _measure_inside(view, block, list(shapes)))
    return _insides[key]


def _measure_inside(view: ShapeView, block: str, shapes: list[Shape]) -> Measured:
    outputs = view.wires.outputs
    if not outputs or any(name not in view.shapes for name in outputs):
        return ShapeError("What is inside does not fit.", block, shapes)
    results = [view.shapes[name] for name in outputs]
    shape = results if len(results) > 1 else results[0]
    return sum_costs(list(view.costs.values()), shape, view.dtypes[outputs[0]])


def _fingerprint(design: Design, block: str) -> str:
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


def _count_weights_at_their_owners(view: ShapeView) -> None:
    """Count shared weights at the node that they belong to, also where another one that uses them runs first."""
    for owner, (first, _) in view.weights.items():
        if owner != first and owner in view.costs:
            cost = view.costs[first]
            view.costs[owner] = replace(
                view.costs[owner], params=cost.params, trainable_params=cost.trainable_params
            )
            view.costs[first] = _without_weights(cost)

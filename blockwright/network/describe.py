"""Shapes, parameters, multiply-adds, memory and findings of a design, without building it."""

from collections.abc import Collection, Sequence
from typing import Any

from blockwright.design.composite_catalog import check_bodies
from blockwright.design.parse import read_design
from blockwright.design.structure import check_structure
from blockwright.inference.catalog import catalog
from blockwright.inference.cost_estimator import known_total
from blockwright.inference.shape_inference import infer_inside, infer_shapes
from blockwright.inference.shape_view import ShapeView
from blockwright.rules import check, check_inside
from blockwright.rules.fix_validation import validated
from blockwright.schema.description import Description, InsideDescription, JsonShape, NodeDescription
from blockwright.schema.design import Design
from blockwright.schema.findings import DesignError, Finding

_NODES_TRIED = 4_000
_LEAST_TRIED = 6
"""How many nodes are measured again to validate fixes, and how many fixes are tried in any design."""
_NOTES_TRIED = 100
"""The largest design, in nodes with those inside composite blocks, in which fixes of mere notes are tried, too: an edit
of a large one stays quick."""


def describe(design: Design | dict[str, Any] | str, data: dict[str, Any] | None = None) -> Description:
    """What every node of a design gives and costs, the totals, and what is wrong or worth knowing.

    Args:
        design: any design, or its JSON, also a wrong one: what can be known is answered, and the rest is null.
        data: `{"name", "shape", "num_classes"}` of the data set, for findings about the input and the head.

    Raises `DesignError` for JSON that is not in the form of a design.
    """
    design = read_design(design)
    view = infer_shapes(design)
    size = len(design.nodes) + sum(len(composite.nodes) for composite in design.composites.values())
    findings = validated(
        _findings(view, data),
        view,
        find=lambda changed: _findings(_untried(infer_shapes(changed)), data),
        tries=max(_LEAST_TRIED, _NODES_TRIED // max(1, size)),
        notes=size <= _NOTES_TRIED,
    )
    costs = list(view.costs.values())
    params = sum(cost.params for cost in costs)
    trainable = sum(cost.trainable_params for cost in costs)
    return {
        "name": design.name,
        "nodes": _rows(view),
        "outputs": [{"node": source, "output_shape": _shape(view, source)} for source in view.wires.outputs],
        "total_params": params,
        "trainable_params": trainable,
        "non_trainable_params": params - trainable,
        "macs": known_total([cost.macs for cost in costs]),
        "activation_bytes": known_total([cost.activation_bytes for cost in costs]),
        "findings": [finding.model_dump(mode="json") for finding in findings],
    }


def describe_sound(design: Design, ignored: Collection[str] = ()) -> Description:
    """The description of a design that can be built. Raises `DesignError` with every error.

    `ignored` are codes of errors that do not matter.
    """
    description = describe(design)
    findings = [Finding.model_validate(finding) for finding in description["findings"]]
    errors = [finding for finding in findings if finding.severity == "error" and finding.code not in ignored]
    if errors:
        raise DesignError(errors)
    return description


def _findings(view: ShapeView, data: dict[str, Any] | None) -> list[Finding]:
    design = view.design
    findings = [*check_structure(design), *check_bodies(catalog(), design)]
    return [*findings, *view.findings_without_shapes(), *check(view, data)]


def _untried(view: ShapeView) -> ShapeView:
    """A view whose findings come without fixes of their own being tried."""
    view.tries = 0
    return view


def describe_inside(
    design: Design | dict[str, Any] | str, block: str, path: Sequence[str] = ()
) -> InsideDescription:
    """What every node inside a block of the design's own gives and costs, where it is used.

    `path` names the node that uses it, after those around that one, the outermost first; without it, or where it
    leads elsewhere, the first node that uses the block is taken.

    Raises `KeyError` for a block that the design does not define.
    """
    design = read_design(design)
    network = infer_shapes(design)
    node, view, frozen = _use(network, block, path)
    if view is None:
        return {
            "node": None,
            "inputs": [{"id": entry.id, "shape": None} for entry in design.body(block).inputs],
            "nodes": _rows(infer_inside(design, block, {}, [], [])),
            "findings": [],
        }
    findings = [*view.findings_without_shapes(), *check_inside(view)]
    rows = _rows(view)
    for row in rows if frozen else ():
        row["trainable_params"] = None if row["params"] is None else 0
    return {
        "node": node,
        "inputs": [{"id": entry.id, "shape": _shape(view, entry.id)} for entry in view.design.inputs],
        "nodes": rows,
        "findings": [finding.model_dump(mode="json") for finding in findings],
    }


def view_inside(network: ShapeView, block: str, path: Sequence[str] = ()) -> ShapeView | None:
    """The shapes inside a block where it is used, see `describe_inside`; None where nothing uses it."""
    return _use(network, block, path)[1]


def _use(network: ShapeView, block: str, path: Sequence[str]) -> tuple[str | None, ShapeView | None, bool]:
    return _use_at(network, block, path) or _first_use(network, block)


def _use_at(view: ShapeView, block: str, path: Sequence[str]) -> tuple[str, ShapeView, bool] | None:
    """The outermost node of a path, the inside that the path leads to, and whether it is frozen."""
    name, frozen = None, False
    for node_id in path:
        if node_id not in view.insides:
            return None
        name = view.nodes[node_id].block
        frozen = frozen or _is_frozen(view, node_id)
        view = view.insides[node_id]
    return (path[0], view, frozen) if name == block else None


def _first_use(view: ShapeView, block: str) -> tuple[str | None, ShapeView | None, bool]:
    for node_id, inside in view.insides.items():
        if view.nodes[node_id].block == block:
            return node_id, inside, _is_frozen(view, node_id)
    for node_id, inside in view.insides.items():
        _, deeper, frozen = _first_use(inside, block)
        if deeper is not None:
            return node_id, deeper, frozen or _is_frozen(view, node_id)
    return None, None, False


def _is_frozen(view: ShapeView, node_id: str) -> bool:
    return not view.owner(view.nodes[node_id]).trainable


def _rows(view: ShapeView) -> list[NodeDescription]:
    rows: list[NodeDescription] = []
    for node in view.design.nodes:
        doubled = view.nodes[node.id] is not node
        shape = None if doubled else _shape(view, node.id)
        cost = None if doubled else view.costs.get(node.id)
        free = 0 if shape is not None else None
        row: NodeDescription = {
            "id": node.id,
            "block": node.block,
            "enabled": node.enabled,
            "inputs": list(view.sources(node.id)),
            "output_shape": shape,
            "params": cost.params if cost else free,
            "trainable_params": cost.trainable_params if cost else free,
            "macs": cost.macs if cost else free,
            "activation_bytes": cost.activation_bytes if cost else free,
        }
        if not view.owner(node).trainable:
            row["trainable"] = False
        results = [] if doubled else _results(view, node.id)
        if len(results) > 1:
            row["output_shapes"] = results
        rows.append(row)
    return rows


def _results(view: ShapeView, node_id: str) -> list[JsonShape]:
    results: list[JsonShape] = []
    while (shape := _shape(view, f"{node_id}/{len(results)}")) is not None:
        results.append(shape)
    return results


def _shape(view: ShapeView, source: str) -> JsonShape | None:
    shape = view.shapes.get(source)
    return None if shape is None else list(shape)

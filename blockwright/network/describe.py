"""Shapes, parameters, multiply-adds, memory and findings of a design, without building it."""

from collections.abc import Sequence
from typing import Any

from blockwright.design.composite_catalog import check_bodies
from blockwright.design.parse import read_design
from blockwright.design.structure import check_structure
from blockwright.inference.catalog import catalog
from blockwright.inference.cost_estimator import known_total
from blockwright.inference.shape_inference import infer_inside, infer_shapes
from blockwright.inference.shape_view import ShapeView
from blockwright.rules import check, check_inside
from blockwright.rules.fix_validation import proven
from blockwright.rules.output_layers import last_working
from blockwright.schema.design import Design
from blockwright.schema.findings import Finding

_NODES_PROVEN = 4_000
_LEAST_PROVEN = 6
"""How many nodes are looked at once more to prove fixes, and how many fixes are proven in any design."""
_NOTES_PROVEN = 100
"""The largest design, in nodes with those inside its own blocks, in which fixes of mere notes are proven, too: an edit
of a large one stays quick."""


def describe(design: Design | dict[str, Any] | str, data: dict[str, Any] | None = None) -> dict[str, Any]:
    """What every node of a design gives and costs, the totals, and what is wrong or worth knowing.

    Args:
        design: any design, or its JSON, also a wrong one: what can be known is answered, and the rest is null.
        data: `{"name", "shape", "num_classes"}` of the data set, for findings about the input and the head.

    Returns JSON: `name`; `nodes`, each with `id`, `block`, `enabled`, `trainable` (only where that is false), `inputs`
    (what it reads),
    `output_shape` (null for the batch and for open sizes), `output_shapes` (where a node gives several results),
    `params`, `trainable_params`, `macs`
    (multiply-adds for one example, see `costs`) and `activation_bytes` (of every layer's result inside, for one
    example in float32); `outputs`; the totals `total_params`, `trainable_params`, `non_trainable_params`,
    `macs` and `activation_bytes` over the nodes that are known; `findings`. A node with an error and those below
    it have null shapes and costs. `macs` and `activation_bytes` are null where an open size leaves them open.

    Raises `DesignError` for JSON that is not in the form of a design.
    """
    design = read_design(design)
    seen = infer_shapes(design)
    size = len(design.nodes) + sum(len(one.nodes) for one in design.composites.values())
    findings = proven(
        _findings(seen, data),
        design,
        shaped=lambda one: one in seen.shapes,
        ends=_ends_known(seen),
        look=lambda changed: _findings(_untried(infer_shapes(changed)), data),
        tries=max(_LEAST_PROVEN, _NODES_PROVEN // max(1, size)),
        notes=size <= _NOTES_PROVEN,
    )
    costs = list(seen.costs.values())
    params = sum(cost.params for cost in costs)
    trainable = sum(cost.trainable_params for cost in costs)
    return {
        "name": design.name,
        "nodes": _rows(seen),
        "outputs": [{"node": one, "output_shape": _shape(seen, one)} for one in seen.wires.outputs],
        "total_params": params,
        "trainable_params": trainable,
        "non_trainable_params": params - trainable,
        "macs": known_total([cost.macs for cost in costs]),
        "activation_bytes": known_total([cost.activation_bytes for cost in costs]),
        "findings": [finding.model_dump(mode="json") for finding in findings],
    }


def _findings(seen: ShapeView, data: dict[str, Any] | None) -> list[Finding]:
    design = seen.design
    findings = [*check_structure(design), *check_bodies(catalog(), design)]
    findings += [finding for node in design.nodes for finding in seen.broken.get(node.id, ())]
    return findings + check(seen, data)


def _untried(seen: ShapeView) -> ShapeView:
    """A view whose findings come without fixes of their own being tried."""
    seen.tries = 0
    return seen


def _ends_known(seen: ShapeView) -> bool:
    """Whether the shape of everything that the network gives is known, and a block that is on gives it."""
    return all(one in seen.shapes and last_working(seen, one) is not None for one in seen.wires.outputs)


def describe_inside(
    design: Design | dict[str, Any] | str, block: str, path: Sequence[str] = ()
) -> dict[str, Any]:
    """What every node inside a block of the design's own gives and costs, where it is used.

    `path` names the node that uses it, after those around that one, the outermost first; without it, or where it
    leads elsewhere, the first place where the block is used is taken.

    Returns JSON: `nodes` as `describe` has them, `inputs` with the shape that each is given, `findings` about the
    nodes inside, and `node`, the id of the node that it is shown for; null, and shapes too, where none uses it.
    Raises `KeyError` for a block that the design does not define.
    """
    design = read_design(design)
    whole = infer_shapes(design)
    node, seen, frozen = _use_at(whole, block, path) or _first_use(whole, block)
    if seen is None:
        body = design.body(block)
        seen = infer_inside(design, block, {}, [], [])
        return {
            "node": None,
            "inputs": [{"id": one.id, "shape": None} for one in body.inputs],
            "nodes": _rows(seen),
            "findings": [],
        }
    findings = [finding for one in seen.design.nodes for finding in seen.broken.get(one.id, ())]
    findings += check_inside(seen)
    rows = _rows(seen)
    for row in rows if frozen else ():
        row["trainable_params"] = None if row["params"] is None else 0
    return {
        "node": node,
        "inputs": [{"id": one.id, "shape": _shape(seen, one.id)} for one in seen.design.inputs],
        "nodes": rows,
        "findings": [finding.model_dump(mode="json") for finding in findings],
    }


def _use_at(seen: ShapeView, block: str, path: Sequence[str]) -> tuple[str, ShapeView, bool] | None:
    found: ShapeView | None = seen
    frozen = False
    for node_id in path:
        if (
            found is None
            or node_id not in found.nodes
            or found.nodes[node_id].block not in found.design.composites
        ):
            return None
        name = found.nodes[node_id].block
        frozen = frozen or _is_frozen(found, node_id)
        found = found.insides.get(node_id)
    return (path[0], found, frozen) if path and found is not None and name == block else None


def _first_use(seen: ShapeView, block: str) -> tuple[str | None, ShapeView | None, bool]:
    for node_id, inside in seen.insides.items():
        if seen.nodes[node_id].block == block:
            return node_id, inside, _is_frozen(seen, node_id)
    for node_id, inside in seen.insides.items():
        _, found, frozen = _first_use(inside, block)
        if found is not None:
            return node_id, found, frozen or _is_frozen(seen, node_id)
    return None, None, False


def _is_frozen(seen: ShapeView, node_id: str) -> bool:
    return not seen.owner(seen.nodes[node_id]).trainable


def _rows(seen: ShapeView) -> list[dict[str, Any]]:
    rows = []
    for node in seen.design.nodes:
        twin = seen.nodes[node.id] is not node
        shape = None if twin else _shape(seen, node.id)
        cost = None if twin else seen.costs.get(node.id)
        passes = 0 if shape is not None else None
        several = [] if twin else _results(seen, node.id)
        rows.append(
            {
                "id": node.id,
                "block": node.block,
                "enabled": node.enabled,
                **({} if seen.owner(node).trainable else {"trainable": False}),
                "inputs": list(seen.sources(node.id)),
                "output_shape": shape,
                **({"output_shapes": several} if several else {}),
                "params": cost.params if cost else passes,
                "trainable_params": cost.trainable_params if cost else passes,
                "macs": cost.macs if cost else passes,
                "activation_bytes": cost.activation_bytes if cost else passes,
            }
        )
    return rows


def _results(seen: ShapeView, node_id: str) -> list[list[int | None]]:
    found: list[list[int | None]] = []
    while (shape := seen.shapes.get(f"{node_id}/{len(found)}")) is not None:
        found.append(list(shape))
    return found if len(found) > 1 else []


def _shape(seen: ShapeView, node_id: str) -> list[int | None] | None:
    shape = seen.shapes.get(node_id)
    return None if shape is None else list(shape)

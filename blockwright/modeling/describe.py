"""Shapes, parameters, multiply-adds, memory and findings of a design, without building it."""

from typing import Any

from blockwright.architecture.spec import Design, read_design
from blockwright.architecture.structure import check_structure
from blockwright.modeling.checks import check
from blockwright.modeling.shapes import View, view


def describe(design: Design | dict[str, Any] | str, data: dict[str, Any] | None = None) -> dict[str, Any]:
    """What every node of a design gives and costs, the totals, and what is wrong or worth knowing.

    Args:
        design: any design, or its JSON, also a wrong one: what can be known is answered, and the rest is null.
        data: `{"name", "shape", "num_classes"}` of the data set, for findings about the input and the head.

    Returns JSON: `name`; `nodes`, each with `id`, `block`, `enabled`, `inputs` (what it reads),
    `output_shape` (null for the batch and for open sizes), `params`, `trainable_params`, `macs`
    (multiply-adds for one example, see `costs`) and `activation_bytes` (of every layer's result inside, for one
    example in float32); `outputs`; the totals `total_params`, `trainable_params`, `non_trainable_params`,
    `macs` and `activation_bytes` over the nodes that are known; `findings`. A node with an error and those below
    it have null shapes and costs. `macs` and `activation_bytes` are null where an open size leaves them open.

    Raises `DesignError` for JSON that is not in the form of a design.
    """
    design = read_design(design)
    seen = view(design)
    findings = check_structure(design)
    findings += [finding for node in design.nodes for finding in seen.broken.get(node.id, ())]
    findings += check(seen, data)
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
        "macs": _total([cost.macs for cost in costs]),
        "activation_bytes": _total([cost.activation_bytes for cost in costs]),
        "findings": [finding.model_dump(mode="json") for finding in findings],
    }


def _rows(seen: View) -> list[dict[str, Any]]:
    rows = []
    for node in seen.design.nodes:
        twin = seen.nodes[node.id] is not node
        shape = None if twin else _shape(seen, node.id)
        cost = None if twin else seen.costs.get(node.id)
        passes = 0 if shape is not None else None
        rows.append(
            {
                "id": node.id,
                "block": node.block,
                "enabled": node.enabled,
                "inputs": list(seen.sources(node.id)),
                "output_shape": shape,
                "params": cost.params if cost else passes,
                "trainable_params": cost.trainable_params if cost else passes,
                "macs": cost.macs if cost else passes,
                "activation_bytes": cost.activation_bytes if cost else passes,
            }
        )
    return rows


def _shape(seen: View, node_id: str) -> list[int | None] | None:
    shape = seen.shapes.get(node_id)
    return None if shape is None else list(shape)


def _total(counts: list[int | None]) -> int | None:
    return None if None in counts else sum(counts)

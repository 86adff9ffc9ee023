"""Networks that are too large for the machine, or larger than they need to be."""

from collections.abc import Iterator

import psutil

from blockwright.inference.shape_view import ShapeView
from blockwright.rules.fixes import first_working
from blockwright.rules.message_format import amount, named, shape_words
from blockwright.schema.findings import Finding

BYTES_PER_PARAMETER = 16
"""Training with Adam in float32 keeps each parameter, its gradient and two running means: 4 x 4 bytes."""

BATCH = 32
LARGE_DENSE = 2_000_000


def machine_memory() -> int:
    """The memory of this machine in bytes."""
    return psutil.virtual_memory().total


def check(view: ShapeView) -> Iterator[Finding]:
    """Findings about parameters and activations, at the node that has most of them."""
    if not view.costs:
        return
    memory = machine_memory()
    yield from _parameters(view, memory)
    yield from _activations(view, memory)
    yield from _large_dense(view)


def _parameters(view: ShapeView, memory: int) -> Iterator[Finding]:
    total = sum(cost.params for cost in view.costs.values())
    needs = total * BYTES_PER_PARAMETER
    if needs <= memory / 2:
        return
    largest = view.nodes[max(view.costs, key=lambda one: view.costs[one].params)]
    params = view.costs[largest.id].params
    whole = "" if params == total else f" of the network's {total:,}"
    message = (
        f"{named(largest)} has {params:,} parameters{whole}. Training takes about {amount(needs)} of memory, "
        f"and this machine has {amount(memory)}. Use fewer units or filters, or pool before it."
    )
    severity = "error" if needs > memory else "warning"
    yield Finding(code="too-many-parameters", node=largest.id, severity=severity, message=message)


def _activations(view: ShapeView, memory: int) -> Iterator[Finding]:
    known = {
        one: cost.activation_bytes for one, cost in view.costs.items() if cost.activation_bytes is not None
    }
    needs = sum(known.values())
    if not known or needs * BATCH <= memory / 2:
        return
    largest = view.nodes[max(known, key=known.__getitem__)]
    message = (
        f"The results of all layers take {amount(needs)} for one example and {amount(needs * BATCH)} for a "
        f"batch of {BATCH}, most of it in {named(largest)}; this machine has {amount(memory)}. Take smaller "
        "images, fewer filters or smaller batches."
    )
    severity = "error" if needs > memory else "warning"
    yield Finding(code="activation-memory", node=largest.id, severity=severity, message=message)


def _large_dense(view: ShapeView) -> Iterator[Finding]:
    total = sum(cost.params for cost in view.costs.values())
    for node_id, cost in view.costs.items():
        node = view.nodes[node_id]
        source = view.node_at(view.sources(node_id)[0])
        if node.block != "Dense" or cost.params < LARGE_DENSE or cost.params < total / 2:
            continue
        if source is None or source.block != "Flatten" or not source.enabled:
            continue
        before = view.input_shapes(source.id)[0]
        if len(before) != 4:
            continue
        message = (
            f'{named(node)} has {cost.params:,} of the {total:,} parameters, because "{source.id}" makes '
            f"{shape_words(view.shapes[source.id])} of {shape_words(before)}. Global average pooling in its place "
            f"leaves {before[-1] or 'few'}."
        )
        edit = {"op": "replace", "node": source.id, "block": "GlobalAveragePooling2D"}
        fix = first_working(view, node_id, [(f"Make {source.id} a global average pooling", [edit])])
        yield Finding(code="large-dense", node=node_id, severity="warning", message=message, fix=fix)

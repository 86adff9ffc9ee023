"""Rules about networks that are too large for the machine, or larger than they need to be."""

import functools
from collections.abc import Iterator

import psutil

from blockwright.inference.shape_view import ShapeView
from blockwright.rules.message_format import amount, named, shape_words
from blockwright.rules.network_rule import NetworkRule
from blockwright.schema.findings import Severity
from blockwright.schema.rules import Problem

BYTES_PER_PARAMETER = 16
"""Training with Adam in float32 keeps each parameter, its gradient and two running means: 4 x 4 bytes."""

BATCH = 32
LARGE_DENSE = 2_000_000


@functools.cache
def machine_memory() -> int:
    """The memory of this machine in bytes."""
    return psutil.virtual_memory().total


class SizeRule(NetworkRule):
    """A rule about the size of a network, whatever machine it is built on."""

    severity = "warning"


class TooManyParameters(SizeRule):
    """Training keeps each parameter four times in memory. Use fewer units or filters, or pool before the largest."""

    code = "too-many-parameters"

    def check(self, view: ShapeView) -> Iterator[Problem]:
        memory = machine_memory()
        total = sum(cost.params for cost in view.costs.values())
        needs = total * BYTES_PER_PARAMETER
        if needs <= memory / 2:
            return
        largest = view.nodes[max(view.costs, key=lambda node_id: view.costs[node_id].params)]
        params = view.costs[largest.id].params
        whole = "" if params == total else f" of the network's {total:,}"
        message = (
            f"{named(largest)} has {params:,} parameters{whole}. Training takes about {amount(needs)} of memory, "
            f"and this machine has {amount(memory)}. Use fewer units or filters, or pool before it."
        )
        yield Problem(largest.id, message, severity=_severity(needs, memory))


class ActivationMemory(SizeRule):
    """Training keeps the outputs of all layers for a batch. Use smaller images, fewer filters or smaller batches."""

    code = "activation-memory"

    def check(self, view: ShapeView) -> Iterator[Problem]:
        memory = machine_memory()
        sizes = {
            node_id: cost.activation_bytes
            for node_id, cost in view.costs.items()
            if cost.activation_bytes is not None
        }
        needs = sum(sizes.values())
        if needs * BATCH <= memory / 2:
            return
        largest = view.nodes[max(sizes, key=sizes.__getitem__)]
        message = (
            f"The outputs of all layers take {amount(needs)} for one example and {amount(needs * BATCH)} for a "
            f"batch of {BATCH}, most of it in {named(largest)}; this machine has {amount(memory)}. Use smaller "
            "images, fewer filters or smaller batches."
        )
        yield Problem(largest.id, message, severity=_severity(needs, memory))


class LargeDense(NetworkRule):
    """A Dense layer on a flattened feature map has most of the parameters. Pool globally in place of flattening."""

    code = "large-dense"
    severity = "warning"

    def check(self, view: ShapeView) -> Iterator[Problem]:
        total = sum(cost.params for cost in view.costs.values())
        for node_id, cost in view.costs.items():
            node, source = view.nodes[node_id], view.node_at(view.sources(node_id)[0])
            if node.block != "Dense" or cost.params < LARGE_DENSE or cost.params < total / 2:
                continue
            if source is None or source.block != "Flatten" or not source.enabled:
                continue
            image = view.input_shapes(source.id)[0]
            if len(image) != 4:
                continue
            message = (
                f'{named(node)} has {cost.params:,} of the {total:,} parameters, because "{source.id}" makes '
                f"{shape_words(view.shapes[source.id])} of {shape_words(image)}. Global average pooling in its place "
                f"leaves {image[-1] or 'few'}."
            )
            edit = {"op": "replace", "node": source.id, "block": "GlobalAveragePooling2D"}
            yield Problem(node_id, message, ((f"Make {source.id} a global average pooling", [edit]),))


def _severity(needs: int, memory: int) -> Severity:
    return "error" if needs > memory else "warning"

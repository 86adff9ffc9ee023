"""The last blocks of a network, which decide how many numbers it gives and of what kind."""

from typing import Any

from blockwright.inference.shape_view import ShapeView
from blockwright.layers import names_with
from blockwright.rules.fixes import Candidate, append, first_working
from blockwright.schema.design import Node
from blockwright.schema.findings import Finding

DROPOUTS = names_with("drops")
FLATTENING = names_with("flattens") | {"Reshape"}
_AFTER_DENSE = frozenset({"Activation", "ReLU", "BatchNormalization", "LayerNormalization", *DROPOUTS})


def last_working(view: ShapeView, output: str) -> Node | None:
    """The last block on the way to an output that is switched on; None where that is an input."""
    node = view.node_at(output)
    # In a ring, or where an input has a node's name, there is no last one.
    passed: set[str] = set()
    while node is not None and not node.enabled and node.id in view.shapes and node.id not in passed:
        passed.add(node.id)
        node = view.node_at(view.sources(node.id)[0])
    return node


def deciding(view: ShapeView, last: Node) -> Node:
    """The block that decides how many numbers the last one gives: the one before activations and the like."""
    head = last
    passed: set[str] = set()
    while head.block in _AFTER_DENSE and head.id in view.shapes and head.id not in passed:
        passed.add(head.id)
        before = view.node_at(view.sources(head.id)[0])
        if before is None:
            break
        head = before
    return head


def finding(
    view: ShapeView, node: Node, code: str, severity: str, message: str, candidates: list[Candidate]
) -> Finding:
    """A finding at a node with the first candidate that works as its fix."""
    fix = first_working(view, node.id, candidates)
    return Finding(code=code, node=node.id, severity=severity, message=message, fix=fix)


def ending_of(view: ShapeView, last: Node) -> str | None:
    """The activation that the network ends in; "linear" for none, None for a block of its own kind."""
    if last.block == "ReLU":
        return "relu"
    params = view.params(last)
    if "activation" in params:
        return params["activation"] or "linear"
    return "linear" if last.block in FLATTENING else None


def set_activation(view: ShapeView, output: str, last: Node, activation: str) -> list[dict[str, Any]]:
    """Edits that let an output end in that activation; `last` is the last block of it that is on."""
    if last.block == "ReLU":
        params = {"activation": activation}
        return [{"op": "replace", "node": last.id, "block": "Activation", "params": params}]
    if "activation" in view.params(last):
        return [{"op": "set", "node": last.id, "params": {"activation": activation}}]
    return append(view.design, output, [("Activation", {"activation": activation})])

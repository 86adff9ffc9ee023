"""The summary of a network: Keras's own text, and the same as rows of a table."""

import os
from typing import Any

import keras

from blockwright.network.design_graph import DesignGraph, design_graph
from blockwright.schema.design import Design
from blockwright.schema.service_calls import ModelSummary, SummaryRow

_WIDTH = 120


def summary(design: Design, expanded: bool = False) -> ModelSummary:
    """`model.summary()` of a design, at block level or with every block opened.

    Returns JSON: `rows`, each with `layer` (the name as typed), `type`, `output_shape` (null for the batch),
    `params`, `trainable` (how many of them are trained) and `connected_to` (the names it reads); `text`, as
    Keras prints it, with Keras's names; and the totals `total_params`, `trainable_params` and
    `non_trainable_params`. Raises `DesignError` for a design that cannot be built.
    """
    opened = design_graph(design, expanded)
    text = _text(opened.graph)
    calls = {id(node) for nodes in opened.graph._nodes_by_depth.values() for node in nodes}
    rows = [_row(layer, opened, calls) for layer in opened.graph.operations]
    total, trained = sum(row["params"] for row in rows), sum(row["trainable"] for row in rows)
    return {
        "rows": rows,
        "text": text,
        "total_params": total,
        "trainable_params": trained,
        "non_trainable_params": total - trained,
    }


def _text(graph: keras.Model) -> str:
    """What Keras prints. It cuts the table at the width of a terminal, which a server does not have."""
    lines: list[str] = []
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = str(_WIDTH)
    try:
        graph.summary(print_fn=lambda line, line_break=True: lines.append(line), line_length=_WIDTH)
    finally:
        if before is None:
            del os.environ["COLUMNS"]
        else:
            os.environ["COLUMNS"] = before
    return "\n".join(line.rstrip() for line in "\n".join(lines).splitlines()) + "\n"


def _row(layer: Any, opened: DesignGraph, calls: set[int]) -> SummaryRow:
    outputs = keras.tree.flatten(layer.output)
    weights = getattr(layer, "weights", [])
    trained = getattr(layer, "trainable_weights", [])
    return {
        "layer": opened.spoken(layer.name),
        "type": type(layer).__name__,
        "output_shape": list(outputs[0].shape),
        "params": _count(weights),
        "trainable": _count(trained),
        "connected_to": [opened.spoken(name) for name in _sources(layer, calls)],
    }


def _sources(layer: Any, calls: set[int]) -> list[str]:
    """What a layer reads; a shared one, what it reads at each of its calls in this graph."""
    nodes = [node for node in layer._inbound_nodes if id(node) in calls]
    return [tensor._keras_history.operation.name for node in nodes for tensor in node.input_tensors]


def _count(weights: list[Any]) -> int:
    total = 0
    for weight in weights:
        size = 1
        for dimension in weight.shape:
            size *= dimension
        total += size
    return total

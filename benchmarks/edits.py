"""An edit to its new shapes, parameters and findings, in the service, against a full build in plain Keras.

Budgets: p95 <= 25 ms on the tutorial Inception, <= 300 ms on 500 nodes.
"""

import statistics
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.report import Row, milliseconds, p95, ratio
from blockwright.design.edits import apply_edit
from blockwright.design.parse import read_design
from blockwright.design.presets import preset
from blockwright.schema.design import Design


def _edits() -> list[dict[str, Any]]:
    """Sixty edits that a person makes to the tutorial Inception, no two with the same arguments."""
    edits: list[dict[str, Any]] = []
    for number in range(10):
        edits += [
            {"op": "set", "node": "mix3", "params": {"filters_1x1": 40 + number}},
            {"op": "set", "node": "mix5", "params": {"filters_3x3": 50 + number}},
            {"op": "set", "node": "stem", "params": {"filters": 60 + number}},
            {"op": "duplicate", "node": "mix4"},
            {"op": "move", "node": "mix2", "index": 1 + number % 2},
            {"op": "enable", "node": "mix1", "enabled": bool(number % 2)},
        ]
    return edits


def long_design(count: int) -> Design:
    """A stack of `count` nodes: ConvBlocks and a classifier."""
    nodes: list[dict[str, Any]] = [
        {"id": f"c{number}", "block": "ConvBlock", "params": {"filters": 16}} for number in range(count - 2)
    ]
    nodes += [
        {"id": "pool", "block": "GlobalAveragePooling2D"},
        {"id": "head", "block": "Dense", "params": {"units": 10, "activation": "softmax"}},
    ]
    inputs = [{"id": "image", "shape": [28, 28, 1]}]
    return read_design({"format": 1, "name": "Long", "inputs": inputs, "nodes": nodes})


def _edit_and_describe(design: Design, edit: dict[str, Any]) -> None:
    from blockwright.network import describe

    describe(apply_edit(design, edit))


def measure(home: Path) -> list[Row]:
    """The rows of the report; runs in a process that may import Keras."""
    from blockwright.network import build, describe

    design = preset("tutorial_inception").design
    describe(design)
    times = []
    for edit in _edits():
        edited = apply_edit(design, edit)
        times.append(milliseconds(partial(describe, edited)))
        if edit["op"] != "duplicate":
            design = edited
    builds = [milliseconds(lambda: build(design).build_graph()) for _ in range(5)]

    long = long_design(500)
    describe(long)
    long_times = []
    for number in range(20):
        edit = {"op": "set", "node": f"c{number * 20 + 5}", "params": {"filters": 17 + number}}
        long_times.append(milliseconds(partial(_edit_and_describe, long, edit)))
    return [
        Row("edit of the tutorial Inception, p95", p95(times), "ms", 25),
        Row("the same, median", statistics.median(times), "ms"),
        Row("a full build of the graph, median", statistics.median(builds), "ms"),
        ratio("edit against a full build", statistics.median(builds), statistics.median(times)),
        Row("edit of a design of 500 nodes, p95", p95(long_times), "ms", 300),
    ]

"""An edit to its new shapes, parameters and findings, on the service side, against a full build in plain Keras.

Budgets: p95 <= 25 ms on the tutorial Inception, <= 300 ms on 500 nodes.
"""

import statistics
import time
from collections.abc import Callable

from benchmarks.report import Row, ratio
from blockwright.design.edits import apply_edit
from blockwright.design.parse import read_design
from blockwright.design.presets import preset
from blockwright.schema.design import Design


def _milliseconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def _edits() -> list[dict]:
    """What a person does to the tutorial Inception, sixty times, no two arguments alike."""
    edits = []
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
    """A stack of `count` ConvBlocks with a head."""
    nodes = [
        {"id": f"c{number}", "block": "ConvBlock", "params": {"filters": 16}} for number in range(count - 2)
    ]
    nodes += [
        {"id": "pool", "block": "GlobalAveragePooling2D"},
        {"id": "head", "block": "Dense", "params": {"units": 10, "activation": "softmax"}},
    ]
    inputs = [{"id": "image", "shape": [28, 28, 1]}]
    return read_design({"format": 1, "name": "Long", "inputs": inputs, "nodes": nodes})


def measure() -> list[Row]:
    """The rows of the report; runs in a process that may import Keras."""
    from blockwright.network import build, describe

    design = preset("tutorial_inception").design
    describe(design)
    times = []
    for edit in _edits():
        changed = apply_edit(design, edit)
        times.append(_milliseconds(lambda changed=changed: describe(changed)))
        if edit["op"] != "duplicate":
            design = changed
    plain = [_milliseconds(lambda: build(design).build_graph()) for _ in range(5)]

    long = long_design(500)
    describe(long)
    long_times = []
    for number in range(20):
        edit = {"op": "set", "node": f"c{number * 20 + 5}", "params": {"filters": 17 + number}}
        start = time.perf_counter()
        describe(apply_edit(long, edit))
        long_times.append((time.perf_counter() - start) * 1000)
    return [
        Row("edit of the tutorial Inception, p95", _p95(times), "ms", 25),
        Row("the same, median", statistics.median(times), "ms"),
        Row("a full build of the graph, median", statistics.median(plain), "ms"),
        ratio("edit against a full build", statistics.median(plain), statistics.median(times)),
        Row("edit of a design of 500 nodes, p95", _p95(long_times), "ms", 300),
    ]

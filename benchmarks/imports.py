"""Importing Keras's own architectures and editing what came in, on the service side, messages included.

Budgets: importing and describing ResNet-50 <= 1.5 s, an edit in it p95 <= 60 ms, an edit of 500 nodes <= 300 ms.
"""

import json
import statistics
import time
from collections.abc import Callable
from typing import Any

from benchmarks.report import Row
from blockwright.backend.protocol import to_json, unpack
from blockwright.backend.service import CALLS, answer
from blockwright.design.edits import apply_edit
from blockwright.design.parse import read_design
from blockwright.schema.design import Design

_EDITS = 60


def _ask(call: str, **arguments: Any) -> dict[str, Any]:
    header, body = unpack(answer(CALLS, call, to_json(arguments)))
    if header["status"] != "ok":
        raise RuntimeError(f"{call}: {header} {body[:400]!r}")
    return json.loads(body)


def _milliseconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


def _text(architecture: str) -> str:
    import keras

    from blocks._shapes import without_weights

    with without_weights():
        return getattr(keras.applications, architecture)(weights=None).to_json()


def _import_and_describe(text: str) -> Design:
    design = _ask("import_model", text=text)["design"]
    _ask("describe", design=design)
    return read_design(design)


def _edits(design: Design) -> list[dict[str, Any]]:
    """What a person does to convolutions all over the network, from the stem to the end, no two alike."""
    nodes = [node for node in design.nodes if node.block == "Conv2D"]
    free = [node.id for node in design.nodes if node.block == "Activation" and node.params]
    edits = []
    for number in range(_EDITS // 3):
        node = nodes[(number * 7) % len(nodes)]
        edits += [
            {"op": "set", "node": node.id, "params": {"use_bias": not node.params.get("use_bias", True)}},
            {"op": "enable", "node": free[(number * 5) % len(free)], "enabled": bool(number % 2)},
            {"op": "set", "node": node.id, "params": {"kernel_initializer": "he_uniform"}},
        ]
    return edits


def _edit_times(design: Design) -> list[float]:
    times = []
    for edit in _edits(design):
        design = apply_edit(design, edit)
        document = design.document()
        times.append(_milliseconds(lambda document=document: _ask("describe", design=document)))
    return times


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def measure() -> list[Row]:
    """The rows of the report; runs in a process that may import Keras."""
    resnet, large = _text("ResNet50"), _text("EfficientNetV2S")
    _ask("catalog")
    start = time.perf_counter()
    small_design = _import_and_describe(resnet)
    first = time.perf_counter() - start
    again = [_milliseconds(lambda: _import_and_describe(resnet)) for _ in range(5)]
    small = _edit_times(small_design)
    start = time.perf_counter()
    large_design = _import_and_describe(large)
    large_first = time.perf_counter() - start
    wide = _edit_times(large_design)
    count = len(large_design.nodes)
    return [
        Row("ResNet-50 imported and described, the first time", first, "s", 1.5),
        Row("the same again, median", statistics.median(again), "ms"),
        Row("edit in the imported ResNet-50, p95", _p95(small), "ms", 60),
        Row("the same, median", statistics.median(small), "ms"),
        Row(f"EfficientNetV2-S ({count} nodes) imported and described", large_first, "s"),
        Row(f"edit in its {count} nodes, p95", _p95(wide), "ms", 300),
    ]

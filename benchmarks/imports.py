"""Importing Keras's own architectures and editing the imported designs, in the service, with its messages.

Budgets: importing and describing ResNet-50 <= 1.5 s, an edit in it p95 <= 60 ms, an edit of 500 nodes <= 300 ms.
"""

import json
import statistics
import time
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.report import Row, milliseconds, p95
from blockwright.backend.protocol import to_json, unpack
from blockwright.backend.service.answering import respond
from blockwright.backend.service.calls import CALLS
from blockwright.design.edits import apply_edit
from blockwright.design.parse import read_design
from blockwright.schema.design import Design

_EDITS = 60


def ask_service(call: str, **arguments: Any) -> dict[str, Any]:
    """The answer of a call of the design service."""
    header, body = unpack(respond(CALLS, call, to_json(arguments)))
    if header["status"] != "ok":
        raise RuntimeError(f"{call}: {header} {body[:400]!r}")
    return json.loads(body)


def model_json(architecture: str) -> str:
    """The JSON of a model of `keras.applications`, built without weights."""
    import keras

    from blocks._shapes import without_weights

    with without_weights():
        return getattr(keras.applications, architecture)(weights=None).to_json()


def _import_and_describe(text: str) -> Design:
    design = ask_service("import_model", text=text)["design"]
    ask_service("describe", design=design)
    return read_design(design)


def _edits(design: Design) -> list[dict[str, Any]]:
    """Edits of convolutions all over the network, no two with the same arguments."""
    nodes = [node for node in design.nodes if node.block == "Conv2D"]
    activations = [node.id for node in design.nodes if node.block == "Activation" and node.params]
    edits: list[dict[str, Any]] = []
    for number in range(_EDITS // 3):
        node = nodes[(number * 7) % len(nodes)]
        edits += [
            {"op": "set", "node": node.id, "params": {"use_bias": not node.params.get("use_bias", True)}},
            {
                "op": "enable",
                "node": activations[(number * 5) % len(activations)],
                "enabled": bool(number % 2),
            },
            {"op": "set", "node": node.id, "params": {"kernel_initializer": "he_uniform"}},
        ]
    return edits


def _edit_times(design: Design) -> list[float]:
    times = []
    for edit in _edits(design):
        design = apply_edit(design, edit)
        document = design.document()
        times.append(milliseconds(partial(ask_service, "describe", design=document)))
    return times


def measure(home: Path) -> list[Row]:
    """The rows of the report; runs in a process that may import Keras."""
    resnet, large = model_json("ResNet50"), model_json("EfficientNetV2S")
    ask_service("catalog")
    start = time.perf_counter()
    small_design = _import_and_describe(resnet)
    first = time.perf_counter() - start
    again = [milliseconds(lambda: _import_and_describe(resnet)) for _ in range(5)]
    small_times = _edit_times(small_design)
    start = time.perf_counter()
    large_design = _import_and_describe(large)
    large_first = time.perf_counter() - start
    large_times = _edit_times(large_design)
    count = len(large_design.nodes)
    return [
        Row("ResNet-50 imported and described, the first time", first, "s", 1.5),
        Row("the same again, median", statistics.median(again), "ms"),
        Row("edit in the imported ResNet-50, p95", p95(small_times), "ms", 60),
        Row("the same, median", statistics.median(small_times), "ms"),
        Row(f"EfficientNetV2-S ({count} nodes) imported and described", large_first, "s"),
        Row(f"edit in its {count} nodes, p95", p95(large_times), "ms", 300),
    ]

"""The order in which the calls of a model's layers become nodes."""

import heapq
from collections.abc import Container

from blockwright.importing.file.calls import Call
from blockwright.importing.file.model_config import Layer, ModelConfig
from blockwright.importing.problems import Report, short_name

_CallKey = tuple[int, int]


def call_order(model: ModelConfig, ignored: Container[str], report: Report) -> list[tuple[Layer, int]]:
    """Every call so that it comes after the calls that it reads, otherwise in the order of the file.

    Args:
        model: its layers; those that wait for each other are reported, and added to its `refused`.
        ignored: names of layers that become no nodes.
    """
    calls = {
        (layer.index, number): (layer, call)
        for layer in model.layers.values()
        if layer.class_name != "InputLayer" and layer.name not in ignored
        for number, call in enumerate(layer.calls)
    }
    waiting_for: dict[_CallKey, int] = {}
    readers: dict[_CallKey, list[_CallKey]] = {}
    for key, (_, call) in calls.items():
        sources = _sources(model, call) & calls.keys()
        waiting_for[key] = len(sources)
        for source in sources:
            readers.setdefault(source, []).append(key)
    ready = [key for key, count in waiting_for.items() if count == 0]
    heapq.heapify(ready)
    order = []
    while ready:
        key = heapq.heappop(ready)
        order.append(key)
        for reader in readers.get(key, ()):
            waiting_for[reader] -= 1
            if waiting_for[reader] == 0:
                heapq.heappush(ready, reader)
    if len(order) < len(calls):
        done = set(order)
        stuck = [layer for key, (layer, _) in calls.items() if key not in done]
        model.refused.update(layer.name for layer in stuck)
        names = ", ".join(dict.fromkeys(f"'{short_name(layer.name)}'" for layer in stuck[:5]))
        report.problem(
            stuck[0].path,
            f"The calls of {names} are part of a cycle, or depend on one. A network must not contain cycles.",
        )
    return [(calls[key][0], key[1]) for key in order]


def _sources(model: ModelConfig, call: Call) -> set[_CallKey]:
    return {
        (model.layers[tensor.layer].index, tensor.call)
        for tensor in call.without_masks().tensors()
        if tensor.layer in model.layers
    }

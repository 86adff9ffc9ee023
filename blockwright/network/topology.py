"""The shape of a network with every block opened, as columns of parts: what the thumbnails of the examples show."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras

from blockwright.design.presets import presets
from blockwright.layers import SPECS
from blockwright.network.design_graph import design_graph
from blockwright.schema.design import Design
from blockwright.schema.topology import Topology

_SMALL = frozenset({"Normalization", "Activation", "Regularization", "Preprocessing"})
"""Categories of layers that follow others and are not drawn."""


def topology(design: Design) -> Topology:
    """Where the parts of the opened network lie: each in the column of its longest way from an input.

    Layers that only follow another one (normalization, activation, regularization) are left out. A connection over
    several columns takes a row of its own in each of them, so that shortcuts are seen.
    """
    graph = design_graph(design, expanded=True).graph
    reads = _reads(graph)
    column: dict[int, int] = {}
    for operation, sources in reads.items():
        column[operation] = max((column[source] + 1 for source in sources), default=0)
    rows = _rows(reads, column)
    parts: dict[str, list[tuple[int, int]]] = {}
    for operation in graph.operations:
        if id(operation) in reads:
            at = column[id(operation)]
            parts.setdefault(_category(operation), []).append((at, rows[id(operation), at]))
    wires = {
        (at, rows[source, at], end)
        for operation, sources in reads.items()
        for source in sources
        for at, end in _steps(source, operation, column, rows)
    }
    return Topology(parts=parts, wires=sorted(wires))


def _reads(graph: keras.Model) -> dict[int, list[int]]:
    """What each part reads, in an order to run them in; parts that are not drawn hand on what they read."""
    used = {id(node) for nodes in graph._nodes_by_depth.values() for node in nodes}
    reads: dict[int, list[int]] = {}
    stands_for: dict[int, int] = {}
    for depth in sorted(graph._nodes_by_depth, reverse=True):
        for node in graph._nodes_by_depth[depth]:
            if id(node) not in used:
                continue
            operation = node.operation
            producers = [id(tensor._keras_history.operation) for tensor in node.input_tensors]
            sources = list(dict.fromkeys(stands_for.get(producer, producer) for producer in producers))
            if len(sources) == 1 and _is_small(operation):
                stands_for[id(operation)] = sources[0]
            else:
                reads.setdefault(id(operation), []).extend(sources)
    return reads


def _is_small(operation: Any) -> bool:
    return not isinstance(operation, keras.layers.Layer) or _category(operation) in _SMALL


def _category(operation: Any) -> str:
    if isinstance(operation, keras.layers.InputLayer):
        return "Input"
    name = type(operation).__name__
    if name in SPECS:
        return SPECS[name].category
    return "Blocks" if isinstance(operation, keras.layers.Layer) else "Array operations"


def _rows(reads: dict[int, list[int]], column: dict[int, int]) -> dict[tuple[int, int], int]:
    """The row of each part, and of what passes by it, in half rows from the middle: by (part, column)."""
    last = dict(column)
    for operation, sources in reads.items():
        for source in sources:
            last[source] = max(last[source], column[operation] - 1)
    columns: list[list[int]] = [[] for _ in range(max(column.values()) + 1)]
    for operation in reads:
        for at in range(column[operation], last[operation] + 1):
            columns[at].append(operation)
    rows: dict[tuple[int, int], int] = {}
    for at, members in enumerate(columns):

        def height(operation: int, at: int = at) -> float:
            if column[operation] < at:
                return rows[operation, at - 1]
            above = [rows[source, at - 1] for source in reads[operation]]
            return sum(above) / len(above) if above else 0.0

        for index, operation in enumerate(sorted(members, key=height)):
            rows[operation, at] = 2 * index - (len(members) - 1)
    return rows


def _steps(
    source: int, operation: int, column: dict[int, int], rows: dict[tuple[int, int], int]
) -> Iterator[tuple[int, int]]:
    """The pieces of a connection: the column that each begins in, and the row that it ends in."""
    for at in range(column[source], column[operation]):
        end = operation if at + 1 == column[operation] else source
        yield at, rows[end, at + 1]


def write_topologies(path: Path) -> None:
    """Write the topology of every example, one a line: `make thumbnails`."""
    lines = [
        f"{json.dumps(preset.key)}:{topology(preset.design).model_dump_json()}"
        for preset in sorted(presets(), key=lambda preset: preset.key)
    ]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    write_topologies(Path(sys.argv[1]))

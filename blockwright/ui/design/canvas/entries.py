"""What the canvas is sent: an entry for everything it draws."""

import json
from collections.abc import Mapping
from typing import Any

from blockwright.design.wiring import resolve_outputs, resolve_reads
from blockwright.schema.catalog import Catalog
from blockwright.schema.description import NodeDescription
from blockwright.schema.design import Design, Input, Node, port
from blockwright.schema.findings import Finding
from blockwright.ui.design.block_colours import INPUT, colour_of
from blockwright.ui.design.block_text import argument_names, cost, shown_findings, worst_severity
from blockwright.ui.design.description import Description
from blockwright.ui.design.readable_sources import result_count
from blockwright.ui.design.unfolding import layers_inside, unfolds
from blockwright.ui.reactive.component_patches import Entry
from blockwright.ui.widgets import number_format

LONGEST = 400


def entries(design: Design, description: Description, catalog: Catalog | None) -> dict[str, Entry]:
    """Everything the canvas draws, by key ("n:" and the id of an input or node, "o:" and the source of an output).

    An entry leaves out what it has not: `reads` lists ids, or [id, result] where it is not the first result; `takes`
    is how many connections may enter, [1, 1] when left out; `results` how many results there are.
    """
    ids = design.ids()
    reads = resolve_reads(design)
    grey = _below_errors(design, reads, description)
    entries: dict[str, Entry] = {}
    for network_input in design.inputs:
        entries[f"n:{network_input.id}"] = _input(network_input, description.of(network_input.id))
    for node in design.nodes:
        entry = _node(node, description.nodes.get(node.id), description.of(node.id), catalog)
        entry["reads"] = [_read(ids, source) for source in reads[node.id]]
        entry["grey"] = node.id in grey
        entry["composite"] = node.block in design.composites
        entry["unfolds"] = unfolds(node, catalog)
        entry["layers"] = layers_inside(node, catalog)
        entries[f"n:{node.id}"] = _without_empty(entry)
    for source in dict.fromkeys(resolve_outputs(design)):
        name, number = port(ids, source)
        described = description.nodes.get(name) if not number else None
        shape = described and described["output_shape"]
        entries[f"o:{source}"] = _without_empty(
            {
                "id": source,
                "kind": "output",
                "colour": INPUT,
                "shape": number_format.shape(shape) if shape else None,
                "reads": [_read(ids, source)],
                "grey": name in grey or worst_severity(description.of(name)) == "error",
            }
        )
    return entries


def _input(network_input: Input, findings: list[Finding]) -> Entry:
    dtype, shape, position = network_input.dtype, network_input.shape, network_input.at
    return _without_empty(
        {
            "id": network_input.id,
            "kind": "input",
            "colour": INPUT,
            "words": number_format.KINDS[dtype] if dtype != "float32" else None,
            "shape": number_format.shape(shape, batch=False) if shape != (None,) else None,
            "at": list(position) if position else None,
            "findings": shown_findings(findings),
            "severity": worst_severity(findings),
        }
    )


def _node(
    node: Node, described: NodeDescription | None, findings: list[Finding], catalog: Catalog | None
) -> Entry:
    block_type = catalog.blocks.get(node.block) if catalog else None
    shape = described and described["output_shape"]
    takes = [block_type.min_inputs, block_type.max_inputs] if block_type else [1, 1]
    results = result_count(node, catalog, described)
    return {
        "id": node.id,
        "kind": "node",
        "block": node.block,
        "colour": colour_of(node.block, catalog),
        "params": {name: _short(node.params[name], node.id) for name in argument_names(node, block_type)},
        "shape": number_format.shape(shape) if shape is not None else None,
        "cost": cost(described) or None,
        "off": not node.enabled,
        "repeat": node.repeat if node.repeat != 1 else None,
        "shares": node.shares,
        "frozen": not node.trainable,
        "at": list(node.at) if node.at else None,
        "takes": takes if takes != [1, 1] else None,
        "results": results if results != 1 else None,
        "findings": shown_findings(findings),
        "severity": worst_severity(findings),
    }


def _short(value: Any, node: str) -> Any:
    """The value of an argument; a very long one is named by its node, which keeps it."""
    if isinstance(value, list | tuple | dict | str) and len(json.dumps(value, default=str)) > LONGEST:
        return {"kept": node}
    return value


def _read(ids: set[str], source: str) -> Any:
    name, number = port(ids, source)
    return [name, number] if number else name


def _without_empty(entry: Entry) -> Entry:
    """The entry without what says nothing; what it reads is always there."""
    return {
        name: value
        for name, value in entry.items()
        if name == "reads"
        or not (value is None or value is False or value == "" or value == [] or value == {})
    }


def _below_errors(design: Design, reads: Mapping[str, tuple[str, ...]], description: Description) -> set[str]:
    """The nodes that read, directly or not, a node with an error."""
    ids = design.ids()
    broken = {
        finding.node for finding in description.findings if finding.severity == "error" and finding.node
    }
    readers: dict[str, list[str]] = {}
    for node, sources in reads.items():
        for source in sources:
            readers.setdefault(port(ids, source)[0], []).append(node)
    below: set[str] = set()
    waiting = list(broken)
    while waiting:
        for node in readers.get(waiting.pop(), ()):
            if node not in below:
                below.add(node)
                waiting.append(node)
    return below - broken

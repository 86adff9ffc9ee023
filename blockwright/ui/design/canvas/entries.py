"""What the canvas is sent: an entry for everything it draws."""

import json
from collections.abc import Mapping
from typing import Any

from blockwright.design.structure import resolve_outputs, resolve_reads
from blockwright.schema.catalog import Catalog
from blockwright.schema.design import Design, Input, Node, port
from blockwright.schema.findings import Finding
from blockwright.ui.design.block_colours import INPUT, colour_of
from blockwright.ui.design.block_text import cost, shown_findings, worst_severity
from blockwright.ui.design.description import Description
from blockwright.ui.reactive.component_patches import Entry
from blockwright.ui.widgets import number_format

LONGEST = 400


def entries(design: Design, description: Description, known: Catalog | None) -> dict[str, Entry]:
    """Everything the canvas draws, by key ("n:" and the id of an input or node, "o:" and the source of an output).

    An entry leaves out what it has not: `reads` lists ids, or [id, result] where it is not the first result; `takes`
    is how many wires may enter, [1, 1] when left out; `results` how many results there are to read.
    """
    ids = design.ids()
    reads = resolve_reads(design)
    grey = _below_errors(design, reads, description)
    drawn: dict[str, Entry] = {}
    for one in design.inputs:
        drawn[f"n:{one.id}"] = _input(one, description.of(one.id))
    for node in design.nodes:
        about = description.nodes.get(node.id, {})
        entry = _node(node, about, description.of(node.id), known)
        entry["reads"] = [_read(ids, source) for source in reads[node.id]]
        if node.id in grey:
            entry["grey"] = True
        if node.block in design.composites:
            entry["composite"] = True
        drawn[f"n:{node.id}"] = _lean(entry)
    for source in dict.fromkeys(resolve_outputs(design)):
        name, number = port(ids, source)
        shape = (description.nodes.get(name) or {}).get("output_shape") if not number else None
        drawn[f"o:{source}"] = _lean(
            {
                "id": source,
                "kind": "output",
                "colour": INPUT,
                "shape": number_format.shape(shape) if shape else None,
                "reads": [_read(ids, source)],
                "grey": name in grey or any(one.severity == "error" for one in description.of(name)),
            }
        )
    return drawn


def _input(one: Input, found: list[Finding]) -> Entry:
    return _lean(
        {
            "id": one.id,
            "kind": "input",
            "colour": INPUT,
            "words": number_format.KINDS[one.dtype] if one.dtype != "float32" else None,
            "shape": number_format.shape(one.shape, batch=False) if one.shape != (None,) else None,
            "at": list(one.at) if one.at else None,
            "findings": shown_findings(found),
            "severity": worst_severity(found),
        }
    )


def _node(node: Node, about: Mapping[str, Any], found: list[Finding], known: Catalog | None) -> Entry:
    kind = known.blocks.get(node.block) if known else None
    shape = about.get("output_shape")
    takes = [kind.min_inputs, kind.max_inputs] if kind else [1, 1]
    results = _results(kind.outputs if kind else 1, node, about)
    return {
        "id": node.id,
        "kind": "node",
        "block": node.block,
        "colour": colour_of(node.block, known),
        "params": _params(node, [param.name for param in kind.params] if kind else []),
        "shape": number_format.shape(shape) if shape is not None else None,
        "cost": cost(about) or None,
        "off": not node.enabled,
        "repeat": node.repeat if node.repeat != 1 else None,
        "shares": node.shares,
        "frozen": not node.trainable,
        "at": list(node.at) if node.at else None,
        "takes": takes if takes != [1, 1] else None,
        "results": results if results != 1 else None,
        "findings": shown_findings(found),
        "severity": worst_severity(found),
    }


def _results(given: int | None, node: Node, about: Mapping[str, Any]) -> int:
    """How many results a node gives: as declared, as the service found, or as its arguments let expect."""
    if given is not None:
        return given
    shapes = about.get("output_shapes")
    if shapes:
        return len(shapes)
    return 3 if node.params.get("return_state") else 1


def _params(node: Node, order: list[str]) -> dict[str, Any]:
    """The arguments in the order of the form; a very long one is named by its node, which keeps it."""
    names = [name for name in order if name in node.params]
    names += [name for name in node.params if name not in names]
    return {name: _short(node.params[name], node.id) for name in names}


def _short(value: Any, node: str) -> Any:
    if isinstance(value, list | tuple | dict | str) and len(json.dumps(value, default=str)) > LONGEST:
        return {"kept": node}
    return value


def _read(ids: set[str], source: str) -> Any:
    name, number = port(ids, source)
    return [name, number] if number else name


def _lean(entry: Entry) -> Entry:
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
    broken = {one.node for one in description.findings if one.severity == "error" and one.node}
    readers: dict[str, list[str]] = {}
    for node, sources in reads.items():
        for source in sources:
            readers.setdefault(port(ids, source)[0], []).append(node)
    below: set[str] = set()
    open_ends = list(broken)
    while open_ends:
        for node in readers.get(open_ends.pop(), ()):
            if node not in below:
                below.add(node)
                open_ends.append(node)
    return below - broken

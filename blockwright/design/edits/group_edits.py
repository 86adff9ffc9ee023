"""Edits that group nodes into a composite block, and ungroup it."""

import itertools
from statistics import fmean
from typing import Literal

from pydantic import StrictStr

from blockwright.design.composites import opened
from blockwright.design.edits.composite_edits import new_name, without_unused
from blockwright.design.edits.edit import BaseEdit
from blockwright.design.edits.edit_helpers import (
    EditError,
    find_node,
    in_list_order,
    in_topological_order,
    new_node_name,
    with_explicit_inputs,
)
from blockwright.design.structure import checked_wiring
from blockwright.design.wiring import Wiring
from blockwright.schema.design import Composite, Design, Input, Node, Position, port


class Compose(BaseEdit):
    """Group nodes into a composite block, and replace them with one node of it.

    What they read from outside becomes the block's inputs; what is read outside, or is an output of the network, its
    outputs. Refused where another node is between them, since the block would be part of a cycle.
    """

    op: Literal["compose"] = "compose"
    label_format = "Group {nodes}"
    nodes: tuple[StrictStr, ...]
    name: StrictStr | None = None

    def apply(self, design: Design) -> Design:
        chosen = in_list_order(design, self.nodes)
        inside = set(chosen)
        wires = checked_wiring(design)
        _check_convex(wires, inside)
        _check_sharing(design, inside)
        name = new_name(design, self.name)
        full = with_explicit_inputs(design)
        entering = _entering(wires, chosen)
        leaving = _leaving(design, wires, chosen)
        bases = ["x"] if len(entering) == 1 else [f"x{number}" for number in range(1, len(entering) + 1)]
        taken = {node.id for node in design.nodes}
        names = dict(zip(entering, (_unused(base, taken) for base in bases), strict=True))
        body = Design.model_construct(
            format=design.format,
            name=name,
            inputs=tuple(Input(id=name, shape=(None,)) for name in names.values()),
            nodes=tuple(
                _renamed_inputs(full.node(node_id), names) for node_id in wires.order if node_id in inside
            ),
            outputs=tuple(leaving),
            composites={},
        )
        body = in_topological_order(body)
        definition = Composite(inputs=tuple(names.values()), nodes=body.nodes, outputs=body.outputs)
        group_id = new_node_name(design, name)
        outputs = {
            source: f"{group_id}/{number}" if number else group_id for number, source in enumerate(leaving)
        }
        group = Node(id=group_id, block=name, inputs=tuple(entering), at=_center(design, chosen))
        nodes = []
        for node in full.nodes:
            if node.id == chosen[0]:
                nodes.append(group)
            if node.id not in inside:
                nodes.append(_renamed_inputs(node, outputs))
        changes = {
            "nodes": tuple(nodes),
            "outputs": tuple(outputs.get(source, source) for source in full.outputs or ()),
            "composites": {**design.composites, name: definition},
        }
        return in_topological_order(full.model_copy(update=changes))


class Decompose(BaseEdit):
    """Replace a node of a composite block with the nodes inside the block, once for each repetition."""

    op: Literal["decompose"] = "decompose"
    label_format = "Ungroup {node}"
    node: StrictStr

    def apply(self, design: Design) -> Design:
        node_id = self.node
        node = find_node(design, node_id)
        if node.block not in design.composites:
            raise EditError(f'"{node_id}" is a {node.block}, which is not a composite block.')
        if node.shares is not None or any(other.shares == node_id for other in design.nodes):
            raise EditError(f'"{node_id}" shares weights with another node. Stop sharing them first.')
        full = with_explicit_inputs(design)
        body = with_explicit_inputs(opened(design, node.block, node.params))
        taken = design.ids() - {node_id}
        pieces: list[Node] = []
        sources = list(full.node(node_id).named_inputs)
        for _ in range(node.repeat):
            names = dict(zip((entry.id for entry in body.inputs), sources, strict=False))
            new_ids = {}
            for inner in body.nodes:
                new_ids[inner.id] = _unused(inner.id, taken)
                taken.add(new_ids[inner.id])
            for inner in body.nodes:
                changes = {
                    "id": new_ids[inner.id],
                    "inputs": tuple(
                        _outer_source(source, body, names, new_ids) for source in inner.named_inputs
                    ),
                    "shares": None if inner.shares is None else new_ids.get(inner.shares, inner.shares),
                    "at": None,
                    "enabled": inner.enabled and node.enabled,
                    "trainable": inner.trainable and node.trainable,
                }
                pieces.append(inner.model_copy(update=changes))
            sources = [_outer_source(source, body, names, new_ids) for source in body.outputs or ()]
        ids = design.ids()

        def rewired(source: str) -> str:
            base, number = port(ids, source)
            return source if base != node_id else sources[min(number, len(sources) - 1)]

        nodes: list[Node] = []
        for other in full.nodes:
            if other.id == node_id:
                nodes += pieces
            else:
                nodes.append(other.model_copy(update={"inputs": tuple(map(rewired, other.named_inputs))}))
        outputs = tuple(map(rewired, full.outputs or ()))
        changed = full.model_copy(update={"nodes": tuple(nodes), "outputs": outputs})
        return without_unused(in_topological_order(changed), node.block)


def _check_convex(wires: Wiring, inside: set[str]) -> None:
    """Refuse where a node outside is between two inside."""
    below: set[str] = set()
    for node_id in wires.order:
        sources = {wires.node_of(source) for source in wires.reads[node_id]}
        if node_id in inside:
            between = sources & below
            if between:
                raise EditError(
                    f'"{sorted(between)[0]}" is between the selected blocks: select it, too, or deselect "{node_id}".'
                )
        elif sources & (inside | below):
            below.add(node_id)


def _check_sharing(design: Design, inside: set[str]) -> None:
    for node in design.nodes:
        if node.shares is not None and (node.id in inside) != (node.shares in inside):
            raise EditError(f'"{node.id}" and "{node.shares}" share weights: select both, or neither.')


def _entering(wires: Wiring, chosen: list[str]) -> list[str]:
    inside = set(chosen)
    sources = (source for node_id in chosen for source in wires.reads[node_id])
    return list(dict.fromkeys(source for source in sources if wires.node_of(source) not in inside))


def _leaving(design: Design, wires: Wiring, chosen: list[str]) -> list[str]:
    inside = set(chosen)
    read = [source for node, sources in wires.reads.items() if node not in inside for source in sources]
    leaving = dict.fromkeys(source for source in (*wires.outputs, *read) if wires.node_of(source) in inside)
    return sorted(leaving, key=lambda source: wires.order.index(wires.node_of(source))) or [chosen[-1]]


def _renamed_inputs(node: Node, names: dict[str, str]) -> Node:
    inputs = tuple(names.get(source, source) for source in node.named_inputs)
    return node.model_copy(update={"inputs": inputs})


def _outer_source(source: str, body: Design, names: dict[str, str], new_ids: dict[str, str]) -> str:
    base, number = port(body.ids(), source)
    if base in names:
        return names[base]
    return f"{new_ids[base]}/{number}" if number else new_ids[base]


def _unused(base: str, taken: set[str]) -> str:
    names = itertools.chain([base], (f"{base}_{number}" for number in itertools.count(2)))
    return next(name for name in names if name not in taken)


def _center(design: Design, chosen: list[str]) -> Position | None:
    positions = [at for node_id in chosen if (at := design.node(node_id).at) is not None]
    if len(positions) < len(chosen):
        return None
    return fmean(x for x, _ in positions), fmean(y for _, y in positions)

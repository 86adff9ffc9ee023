"""Edits that group nodes into a block of the design's own, and ungroup it."""

from typing import Any, Literal

from pydantic import StrictStr

from blockwright.design.composites import opened
from blockwright.design.edits.composite_edits import new_name, without_unused
from blockwright.design.edits.edit import BaseEdit, listing
from blockwright.design.edits.edit_helpers import (
    EditError,
    find,
    free_name,
    in_running_order,
    listed,
    written_out,
)
from blockwright.design.structure import Wiring, wiring
from blockwright.schema.design import Composite, Design, Input, Node, port


class Compose(BaseEdit):
    """Group nodes into a block of the design's own, and put one use of it in their place.

    What they read from outside becomes the block's inputs, and what is read from outside, or given by the network,
    its outputs. Refused where another node stands between them, since it would wait for the block it feeds.
    """

    op: Literal["compose"] = "compose"
    nodes: tuple[StrictStr, ...]
    name: StrictStr | None = None

    def apply(self, design: Design) -> Design:
        chosen = listed(design, self.nodes)
        inside = set(chosen)
        wires = wiring(design)
        _check_convex(wires, inside)
        _check_sharing(design, inside)
        name = new_name(design, self.name)
        full = written_out(design)
        entering = _entering(wires, chosen)
        leaving = _leaving(design, wires, chosen)
        words = ["x"] if len(entering) == 1 else [f"x{number}" for number in range(1, len(entering) + 1)]
        taken = inside | {node.id for node in design.nodes}
        names = dict(zip(entering, (_free(word, taken) for word in words), strict=True))
        body = Design.model_construct(
            format=design.format,
            name=name,
            inputs=tuple(Input(id=one, shape=(None,)) for one in names.values()),
            nodes=tuple(_inside(full.node(one), names) for one in wires.order if one in inside),
            outputs=tuple(leaving),
            composites={},
        )
        body = in_running_order(body)
        definition = Composite(inputs=tuple(names.values()), nodes=body.nodes, outputs=body.outputs)
        node_id = free_name(design, name)
        results = {one: node_id if not place else f"{node_id}/{place}" for place, one in enumerate(leaving)}
        use = Node(id=node_id, block=name, inputs=tuple(entering), at=_middle(design, chosen))
        changed = []
        for node in full.nodes:
            if node.id == chosen[0]:
                changed.append(use)
            if node.id not in inside:
                sources = tuple(results.get(one, one) for one in node.named_inputs)
                changed.append(node.model_copy(update={"inputs": sources}))
        outputs = tuple(results.get(one, one) for one in full.outputs or ())
        composites = {**design.composites, name: definition}
        return in_running_order(
            full.model_copy(update={"nodes": tuple(changed), "outputs": outputs, "composites": composites})
        )

    @property
    def label(self) -> str:
        return f"Group {listing(self.nodes)}"


class Decompose(BaseEdit):
    """Put the nodes of a block of the design's own in place of one use of it, repetitions written out."""

    op: Literal["decompose"] = "decompose"
    node: StrictStr

    def apply(self, design: Design) -> Design:
        node_id = self.node
        node = find(design, node_id)
        if node.block not in design.composites:
            raise EditError(f'"{node_id}" is a {node.block}, which cannot be ungrouped.')
        if node.shares is not None or any(one.shares == node_id for one in design.nodes):
            raise EditError(
                f'"{node_id}" shares its weights with another node. Give them their own weights first.'
            )
        full = written_out(design)
        body = written_out(opened(design, node.block, node.params))
        taken = design.ids() - {node_id}
        pieces: list[Node] = []
        sources = list(full.node(node_id).named_inputs)
        for _ in range(node.repeat):
            names = dict(zip((one.id for one in body.inputs), sources, strict=False))
            renaming = {}
            for inner in body.nodes:
                renaming[inner.id] = _free(inner.id, taken)
                taken.add(renaming[inner.id])
            for inner in body.nodes:
                reads = tuple(_moved(one, body, names, renaming) for one in inner.named_inputs)
                shares = None if inner.shares is None else renaming.get(inner.shares, inner.shares)
                changes: dict[str, Any] = {
                    "id": renaming[inner.id],
                    "inputs": reads,
                    "shares": shares,
                    "at": None,
                }
                for switch in ("enabled", "trainable"):
                    changes[switch] = getattr(inner, switch) and getattr(node, switch)
                pieces.append(inner.model_copy(update=changes))
            sources = [_moved(one, body, names, renaming) for one in body.outputs or ()]
        known = design.ids()

        def rewired(source: str) -> str:
            base, number = port(known, source)
            return source if base != node_id else sources[min(number, len(sources) - 1)]

        nodes: list[Node] = []
        for other in full.nodes:
            if other.id == node_id:
                nodes += pieces
            else:
                nodes.append(other.model_copy(update={"inputs": tuple(map(rewired, other.named_inputs))}))
        outputs = tuple(map(rewired, full.outputs or ()))
        changed = full.model_copy(update={"nodes": tuple(nodes), "outputs": outputs})
        return without_unused(in_running_order(changed), node.block)

    @property
    def label(self) -> str:
        return f"Ungroup {self.node}"


def _check_convex(wires: Wiring, inside: set[str]) -> None:
    """No node outside may stand between two inside."""
    below: set[str] = set()
    for node_id in wires.order:
        sources = {wires.node_of(one) for one in wires.reads[node_id]}
        if node_id in inside:
            between = sources & below
            if between:
                raise EditError(
                    f'"{sorted(between)[0]}" stands between the chosen nodes: choose it, too, or leave "{node_id}" out.'
                )
        elif sources & (inside | below):
            below.add(node_id)


def _check_sharing(design: Design, inside: set[str]) -> None:
    for node in design.nodes:
        if node.shares is not None and (node.id in inside) != (node.shares in inside):
            raise EditError(f'"{node.id}" and "{node.shares}" share weights: choose both, or neither.')


def _entering(wires: Wiring, chosen: list[str]) -> list[str]:
    inside = set(chosen)
    sources = (source for one in chosen for source in wires.reads[one])
    return list(dict.fromkeys(one for one in sources if wires.node_of(one) not in inside))


def _leaving(design: Design, wires: Wiring, chosen: list[str]) -> list[str]:
    inside = set(chosen)
    read = [source for node, sources in wires.reads.items() if node not in inside for source in sources]
    wanted = [one for one in dict.fromkeys([*wires.outputs, *read]) if wires.node_of(one) in inside]
    place = {node: number for number, node in enumerate(wires.order)}
    return sorted(wanted, key=lambda one: place[wires.node_of(one)]) or [chosen[-1]]


def _inside(node: Node, names: dict[str, str]) -> Node:
    return node.model_copy(update={"inputs": tuple(names.get(one, one) for one in node.named_inputs)})


def _moved(source: str, body: Design, names: dict[str, str], renaming: dict[str, str]) -> str:
    base, number = port(body.ids(), source)
    if base in names:
        return names[base]
    return f"{renaming[base]}/{number}" if number else renaming[base]


def _free(wish: str, taken: set[str]) -> str:
    name, number = wish, 2
    while name in taken:
        name = f"{wish}_{number}"
        number += 1
    return name


def _middle(design: Design, chosen: list[str]) -> tuple[float, float] | None:
    placed = [design.node(one).at for one in chosen]
    known = [one for one in placed if one is not None]
    if len(known) < len(placed):
        return None
    return sum(x for x, _ in known) / len(known), sum(y for _, y in known) / len(known)

"""What every edit of a design needs: looking a node up, putting a change in, and keeping wires short.

All of it is pure: a design goes in, another one comes out, or `EditError` says why not.
"""

import re
from collections.abc import Callable, Container, Sequence
from typing import Any, TypeVar

from pydantic import ValidationError

from blockwright.design.parse import read_design, wrong_values
from blockwright.design.structure import partial_wiring, resolve_outputs, resolve_reads
from blockwright.schema.design import Design, Node, port
from blockwright.schema.findings import DesignError

_Result = TypeVar("_Result")


class EditError(ValueError):
    """An edit that cannot be made; the message says why."""


def free_name(design: Design, wish: str) -> str:
    """A name that is not taken: `wish` with the next free number, 'mix2' after 'mix1', 'conv1' for Conv2D."""
    return unused_name(design.ids(), wish)


def unused_name(taken: Container[str], wish: str) -> str:
    """As `free_name`, among these names."""
    base = re.sub(r"[123]D$", "", wish)
    base = re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])", "_", base).lower().rstrip("0123456789_- ") or "node"
    base = base[:100]
    number = 1
    while f"{base}{number}" in taken:
        number += 1
    return f"{base}{number}"


def find(design: Design, node_id: str) -> Node:
    """The node of that id; `EditError` where there is none."""
    try:
        return design.node(node_id)
    except KeyError:
        raise EditError(f'There is no node named "{node_id}".') from None


def changed(design: Design, node: Node, **changes: Any) -> Design:
    """The design with these attributes of a node changed."""
    nodes = tuple(
        other if other.id != node.id else other.model_copy(update=changes) for other in design.nodes
    )
    return made(design, nodes=nodes)


def made(design: Design, **changes: Any) -> Design:
    """The design with these changes, checked again as if it had been read from a file."""
    try:
        return read_design(design.model_copy(update=changes).document())
    except DesignError as error:
        raise EditError(str(error)) from None


def checked(make: Callable[[], _Result]) -> _Result:
    """What `make` gives; values of the wrong kind, which come from outside, become `EditError`."""
    try:
        return make()
    except ValidationError as error:
        wrong = " ".join(wrong_values(error)[:3])
        raise EditError(f"This edit has a value of the wrong kind: {wrong}") from None
    except (TypeError, AttributeError) as error:
        raise EditError(
            f"This edit has a value of the wrong kind: {str(error).splitlines()[-1][:160]}"
        ) from None


def renamed(design: Design, sources: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    """Sources with the node `old` called `new`, its second and further results too."""
    known = design.ids()
    found = []
    for source in sources:
        base, number = port(known, source)
        found.append(source if base != old else f"{new}/{number}" if number else new)
    return tuple(found)


def rerouted(design: Design, sources: tuple[str, ...], gone: str, instead: str | None) -> tuple[str, ...]:
    """Sources with every result of the node `gone` replaced by another source, or left out for None."""
    known = design.ids()
    found = [instead if port(known, source)[0] == gone else source for source in sources]
    return tuple(source for source in found if source is not None)


def follow(design: Design) -> Design:
    """The design with every wire left implicit that says no more than 'reads the node before it'."""
    nodes = []
    before = design.inputs[0].id
    for node in design.nodes:
        nodes.append(node.model_copy(update={"inputs": None}) if node.inputs == (before,) else node)
        before = node.id
    return design.model_copy(update={"nodes": tuple(nodes)})


def written_out(design: Design) -> Design:
    """The design with every wire and every output named, so that its nodes may change places."""
    reads = resolve_reads(design)
    nodes = tuple(node.model_copy(update={"inputs": reads[node.id]}) for node in design.nodes)
    outputs = resolve_outputs(design) or None
    return design.model_copy(update={"nodes": nodes, "outputs": outputs})


def in_running_order(design: Design) -> Design:
    """A design that is written out, as short as it can be said: nodes behind what they read, wires left implicit."""
    order = partial_wiring(design).order
    if len(order) == len(design.nodes):
        nodes = {node.id: node for node in design.nodes}
        design = design.model_copy(update={"nodes": tuple(nodes[one] for one in order)})
    if design.nodes and design.outputs == (design.nodes[-1].id,):
        design = design.model_copy(update={"outputs": None})
    return made(follow(design))


def cyclic(design: Design) -> bool:
    """Whether nodes wait for each other."""
    return len(partial_wiring(design).order) < len({node.id for node in design.nodes})


def listed(design: Design, nodes: Sequence[str]) -> list[str]:
    """These nodes in the order in which the design lists them; `EditError` for anything else than names of nodes."""
    if not isinstance(nodes, list | tuple) or not nodes or not all(isinstance(one, str) for one in nodes):
        raise EditError("Which nodes are meant is a list of their names.")
    for one in nodes:
        find(design, one)
    wanted = set(nodes)
    return [node.id for node in design.nodes if node.id in wanted]

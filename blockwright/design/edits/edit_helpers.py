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
    """What `make` gives; values that the design format refuses become `EditError`."""
    try:
        return make()
    except ValidationError as error:
        raise wrong_kind(error) from None


def wrong_kind(error: ValidationError) -> EditError:
    """The refusal of an edit with values that do not fit, each named."""
    return EditError(f"This edit has a value of the wrong kind: {' '.join(wrong_values(error)[:3])}")


def renamed(design: Design, sources: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    """Sources with the node `old` called `new`, its second and further results too."""
    ids = design.ids()
    result = []
    for source in sources:
        base, number = port(ids, source)
        result.append(source if base != old else f"{new}/{number}" if number else new)
    return tuple(result)


def rerouted(design: Design, sources: tuple[str, ...], gone: str, instead: str | None) -> tuple[str, ...]:
    """Sources with every result of the node `gone` replaced by another source, or left out for None."""
    ids = design.ids()
    result = [instead if port(ids, source)[0] == gone else source for source in sources]
    return tuple(source for source in result if source is not None)


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
    """These nodes in the order in which the design lists them; `EditError` for none, or for an unknown one."""
    if not nodes:
        raise EditError("No block was named: an edit of several nodes takes a list of their names.")
    for name in nodes:
        find(design, name)
    return [node.id for node in design.nodes if node.id in nodes]

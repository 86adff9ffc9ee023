"""What every edit of a design needs: looking up a node, making a change, and keeping inputs implicit.

All functions are pure: they return another design, or raise `EditError`.
"""

import re
from collections.abc import Callable, Container, Sequence
from typing import Any, TypeVar

from pydantic import ValidationError

from blockwright.design.parse import read_design, wrong_values
from blockwright.design.wiring import partial_wiring, resolve_outputs, resolve_reads
from blockwright.schema.design import Design, Node, port
from blockwright.schema.findings import DesignError

_Result = TypeVar("_Result")


class EditError(ValueError):
    """An edit that cannot be made; the message says why."""


def new_node_name(design: Design, base: str) -> str:
    """A name that is not taken: `base` with the next free number, 'mix2' after 'mix1', 'conv1' for Conv2D."""
    return unused_name(design.ids(), base)


def unused_name(taken: Container[str], base: str) -> str:
    """As `new_node_name`, among these names."""
    base = re.sub(r"[123]D$", "", base)
    base = re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])", "_", base).lower().rstrip("0123456789_- ") or "node"
    base = base[:100]
    number = 1
    while f"{base}{number}" in taken:
        number += 1
    return f"{base}{number}"


def find_node(design: Design, node_id: str) -> Node:
    """The node with that id. Raises `EditError` where there is none."""
    try:
        return design.node(node_id)
    except KeyError:
        raise EditError(f'There is no node named "{node_id}".') from None


def with_changed_node(design: Design, node: Node, **changes: Any) -> Design:
    """The design with these attributes of a node changed."""
    nodes = tuple(
        other if other.id != node.id else other.model_copy(update=changes) for other in design.nodes
    )
    return validated(design, nodes=nodes)


def validated(design: Design, **changes: Any) -> Design:
    """The design with these changes, checked again as if it had been read from a file."""
    try:
        return read_design(design.model_copy(update=changes).document())
    except DesignError as error:
        raise EditError(str(error)) from None


def checked(make: Callable[[], _Result]) -> _Result:
    """The result of `make`; values that the design format refuses become `EditError`."""
    try:
        return make()
    except ValidationError as error:
        raise wrong_value_error(error) from None


def wrong_value_error(error: ValidationError) -> EditError:
    """The error for an edit with values of the wrong kind, each named."""
    return EditError(f"This edit has a value of the wrong kind: {' '.join(wrong_values(error)[:3])}")


def renamed(design: Design, sources: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    """Sources with the node `old` renamed to `new`, also where they read its second or further output."""
    ids = design.ids()
    result = []
    for source in sources:
        base, number = port(ids, source)
        result.append(source if base != old else f"{new}/{number}" if number else new)
    return tuple(result)


def rerouted(
    design: Design, sources: tuple[str, ...], removed: str, replacement: str | None
) -> tuple[str, ...]:
    """Sources with every output of the node `removed` replaced by another source, or left out for None."""
    ids = design.ids()
    result = (replacement if port(ids, source)[0] == removed else source for source in sources)
    return tuple(source for source in result if source is not None)


def with_implicit_inputs(design: Design) -> Design:
    """The design with the inputs left out of every node that reads only the node before it."""
    nodes = []
    previous = design.inputs[0].id
    for node in design.nodes:
        nodes.append(node.model_copy(update={"inputs": None}) if node.inputs == (previous,) else node)
        previous = node.id
    return design.model_copy(update={"nodes": tuple(nodes)})


def with_explicit_inputs(design: Design) -> Design:
    """The design with all inputs and outputs named, so that its nodes may be reordered."""
    reads = resolve_reads(design)
    nodes = tuple(node.model_copy(update={"inputs": reads[node.id]}) for node in design.nodes)
    outputs = resolve_outputs(design) or None
    return design.model_copy(update={"nodes": nodes, "outputs": outputs})


def in_topological_order(design: Design) -> Design:
    """A design with explicit inputs, its nodes put after those that they read, and inputs left out again."""
    order = partial_wiring(design).order
    if len(order) == len(design.nodes):
        nodes = {node.id: node for node in design.nodes}
        design = design.model_copy(update={"nodes": tuple(nodes[node_id] for node_id in order)})
    if design.nodes and design.outputs == (design.nodes[-1].id,):
        design = design.model_copy(update={"outputs": None})
    return validated(with_implicit_inputs(design))


def has_cycle(design: Design) -> bool:
    """Whether the connections have a cycle."""
    return len(partial_wiring(design).order) < len({node.id for node in design.nodes})


def in_list_order(design: Design, nodes: Sequence[str]) -> list[str]:
    """These nodes in the order of the design. Raises `EditError` for an empty list or an unknown name."""
    if not nodes:
        raise EditError("`nodes` must name at least one block.")
    for name in nodes:
        find_node(design, name)
    return [node.id for node in design.nodes if node.id in nodes]

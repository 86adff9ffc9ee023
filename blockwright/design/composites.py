"""Blocks of a design's own: how they are used inside each other, their arguments."""

from collections.abc import Mapping
from typing import Any

from blockwright.schema.design import Composite, Design, Node

MAX_DEPTH = 12
MAX_LAYERS = 5_000
"""How many blocks a network may have when all is written out: Keras needs some milliseconds to build each of them."""

MOST_COUNTED = 10**12
_REFERENCE = "param"


def reference(value: object) -> str | None:
    """The argument that a value stands for: 'filters' for `{"param": "filters"}`; None for any other value."""
    if isinstance(value, dict) and set(value) == {_REFERENCE} and isinstance(value[_REFERENCE], str):
        return value[_REFERENCE]
    return None


def refer(name: str) -> dict[str, str]:
    """The value that stands for an argument of the block around it."""
    return {_REFERENCE: name}


def substituted(node: Node, values: Mapping[str, Any]) -> Node:
    """A node of a composite with the references in its arguments replaced by `values`; unknown ones stay."""
    changes = {
        name: values[argument]
        for name, value in node.params.items()
        if (argument := reference(value)) is not None and argument in values
    }
    if not changes:
        return node
    return node.model_copy(update={"params": {**node.params, **changes}})


def opened(design: Design, name: str, params: Mapping[str, Any]) -> Design:
    """The inside of a composite as a design, with these arguments (defaults for the others) in place."""
    body = design.body(name)
    values = {**design.composites[name].params, **params}
    return body.model_copy(update={"nodes": tuple(substituted(node, values) for node in body.nodes)})


def inner_first(composites: Mapping[str, Composite]) -> list[str]:
    """The names so that each comes after those it uses; those that contain themselves, or such, are left out."""
    return sorted_inner_first(uses(composites))


def uses(composites: Mapping[str, Composite]) -> dict[str, set[str]]:
    """The composites that each of them uses directly."""
    return {name: used_in(composite, composites) for name, composite in composites.items()}


def sorted_inner_first(inner: Mapping[str, set[str]]) -> list[str]:
    """The names so that each comes after those it uses, given what each uses (see `inner_first`)."""
    order: list[str] = []
    done: set[str] = set()
    waiting = dict(inner)
    while waiting:
        ready = [name for name, some in waiting.items() if some <= done]
        if not ready:
            return order
        for name in ready:
            order.append(name)
            done.add(name)
            del waiting[name]
    return order


def usable(composites: Mapping[str, Composite]) -> list[str]:
    """The names, inner ones first, without those that contain themselves or are nested too deep."""
    inner = uses(composites)
    order = sorted_inner_first(inner)
    deep = nesting_depths(inner, order)
    return [name for name in order if deep[name] <= MAX_DEPTH]


def used_in(composite: Composite, composites: Mapping[str, Composite]) -> set[str]:
    """The composites that one uses directly."""
    return {node.block for node in composite.nodes if node.block in composites}


def layer_count(design: Design) -> int:
    """How many blocks the network has, those inside its composite blocks and every copy of a repeated one counted, too.

    Never more than `MOST_COUNTED`, so that nested repetitions do not make numbers of a thousand digits.
    """
    sizes: dict[str, int] = {}
    for name in inner_first(design.composites):
        sizes[name] = _count(design.composites[name].nodes, sizes)
    return _count(design.nodes, sizes)


def nesting_depths(inner: Mapping[str, set[str]], order: list[str]) -> dict[str, int]:
    """How deep each composite nests others, itself counted; `order` has the inner ones first."""
    deep: dict[str, int] = {}
    for name in order:
        deep[name] = 1 + max((deep[used] for used in inner[name]), default=0)
    return deep


def _count(nodes: tuple[Node, ...], sizes: Mapping[str, int]) -> int:
    return min(sum(node.repeat * (1 + sizes.get(node.block, 0)) for node in nodes), MOST_COUNTED)

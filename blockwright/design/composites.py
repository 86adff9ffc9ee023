"""Blocks of a design's own: how they are used inside each other, their arguments, and what can be wrong with them."""

from collections.abc import Mapping
from typing import Any

from blockwright.schema.design import Composite, Design, Node
from blockwright.schema.findings import Finding, Fix

MAX_DEPTH = 12
MAX_LAYERS = 5_000
"""How many blocks a network may have when all is written out: Keras needs some milliseconds to build each of them."""

_MOST = 10**12
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
    if not any(reference(value) in values for value in node.params.values()):
        return node
    params = {name: values.get(reference(value), value) for name, value in node.params.items()}
    return node.model_copy(update={"params": params})


def opened(design: Design, name: str, params: Mapping[str, Any]) -> Design:
    """The inside of a composite as a design, with these arguments (defaults for the others) in place."""
    body = design.body(name)
    values = {**design.composites[name].params, **params}
    return body.model_copy(update={"nodes": tuple(substituted(node, values) for node in body.nodes)})


def inner_first(composites: Mapping[str, Composite]) -> list[str]:
    """The names so that each comes after those it uses; those that contain themselves, or such, are left out."""
    return _inner_first(uses(composites))


def uses(composites: Mapping[str, Composite]) -> dict[str, set[str]]:
    """The composites that each of them uses directly."""
    return {name: used_in(one, composites) for name, one in composites.items()}


def _inner_first(inner: Mapping[str, set[str]]) -> list[str]:
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
    order = _inner_first(inner)
    deep = _depths(inner, order)
    return [name for name in order if deep[name] <= MAX_DEPTH]


def used_in(composite: Composite, composites: Mapping[str, Composite]) -> set[str]:
    """The composites that one uses directly."""
    return {node.block for node in composite.nodes if node.block in composites}


def layer_count(design: Design) -> int:
    """How many blocks the network has, those inside its own blocks and every copy of a repeated one counted, too.

    Never more than `_MOST`, so that nested repetitions do not make numbers of a thousand digits.
    """
    sizes: dict[str, int] = {}
    for name in inner_first(design.composites):
        sizes[name] = _count(design.composites[name].nodes, sizes)
    return _count(design.nodes, sizes)


def check_composites(design: Design) -> list[Finding]:
    """Findings about the definitions: one that contains itself, is too deep or too large, or is not used."""
    composites = design.composites
    if not composites:
        return _check_size(design)
    inner = uses(composites)
    order = _inner_first(inner)
    findings = [_contains_itself(design, name, inner) for name in composites if name not in order]
    deep = _depths(inner, order)
    outermost = deep.keys() - {one for name in order for one in inner[name]}
    findings += [
        Finding(
            code="composite-depth",
            severity="error",
            message=f"The block `{name}` nests other blocks {depth} deep; up to {MAX_DEPTH} are read. "
            "Take a level of blocks apart.",
        )
        for name, depth in deep.items()
        if depth > MAX_DEPTH and name in outermost
    ]
    if not findings:
        findings += _check_size(design)
    for name, composite in composites.items():
        findings += _check_arguments(name, composite)
        if not composite.nodes:
            message = f"The block `{name}` has nothing inside. Put a block into it, or remove it."
            findings.append(Finding(code="composite-empty", severity="error", message=message))
    used = {node.block for node in design.nodes}
    for name in reversed(order):
        if name in used:
            used |= inner[name]
    for name in order:
        if name not in used:
            message = f"The block `{name}` is defined, but no node uses it."
            fix = _removal(name, inner, order)
            findings.append(Finding(code="composite-unused", severity="note", message=message, fix=fix))
    return findings


def _removal(name: str, inner: Mapping[str, set[str]], order: list[str]) -> Fix | None:
    """Take away a block that no node uses, and before it those that use it; None where one of them has no end."""
    gone = {name}
    for one in order:
        if inner[one] & gone:
            gone.add(one)
    if any(some & gone for one, some in inner.items() if one not in gone):
        return None
    outer_first = [one for one in reversed(order) if one in gone]
    edits = [{"op": "undefine", "name": one} for one in outer_first]
    return Fix(label=f"Remove {' and '.join(outer_first)}", edits=edits)


def _check_size(design: Design) -> list[Finding]:
    count = layer_count(design)
    if count <= MAX_LAYERS:
        return []
    many = f"{count:,} blocks" if count < _MOST else f"more than {_MOST:,} blocks"
    message = (
        f'Written out, "{design.name}" has {many}; up to {MAX_LAYERS:,} are built. Repeat fewer of them, '
        "or nest fewer blocks."
    )
    return [Finding(code="too-many-layers", severity="error", message=message)]


def _check_arguments(name: str, composite: Composite) -> list[Finding]:
    findings = []
    referred: set[str] = set()
    for node in composite.nodes:
        for param, value in node.params.items():
            wanted = reference(value)
            if wanted is None:
                continue
            referred.add(wanted)
            if wanted not in composite.params:
                takes = ", ".join(f"`{one}`" for one in composite.params) or "no arguments"
                message = (
                    f'In the block `{name}`, `{param}` of `{node.block}` "{node.id}" is the argument `{wanted}`, '
                    f"but `{name}` takes {takes}."
                )
                edit = {"op": "set", "in": name, "node": node.id, "unset": [param]}
                fix = Fix(label=f"Use the default of {param}", edits=[edit])
                findings.append(Finding(code="unknown-argument", severity="error", message=message, fix=fix))
    for param in composite.params:
        if param not in referred:
            message = f"The block `{name}` takes `{param}`, but nothing inside uses it."
            fix = Fix(label=f"Remove {param}", edits=[{"op": "unexpose", "composite": name, "name": param}])
            findings.append(Finding(code="unused-argument", severity="note", message=message, fix=fix))
    return findings


def _contains_itself(design: Design, name: str, inner: Mapping[str, set[str]]) -> Finding:
    path = _ring(name, inner)
    if len(path) > 1:
        shown = [*path[:6], *(["…"] if len(path) > 7 else path[6:-1]), path[-1]]
        inside = " -> ".join(one if one == "…" else f"`{one}`" for one in shown)
        nodes = [node.id for node in design.composites[name].nodes if node.block == path[1]]
        edits = [{"op": "remove", "in": name, "node": one} for one in nodes]
        fix = Fix(label=f"Take {path[1]} out of {name}", edits=edits)
        message = (
            f"The block `{name}` contains itself ({inside}), so it would never end. Take one of them out."
        )
    else:
        message = f"The block `{name}` uses a block that contains itself, so it would never end."
        fix = None
    return Finding(code="composite-cycle", severity="error", message=message, fix=fix)


def _ring(name: str, inner: Mapping[str, set[str]]) -> list[str]:
    """A way from a composite back to itself; just its name where it only leads into a ring."""
    trail: dict[str, str] = {}
    waiting = [name]
    while waiting:
        here = waiting.pop()
        for one in sorted(inner[here]):
            if one == name:
                path = [name, here]
                while path[-1] != name:
                    path.append(trail[path[-1]])
                return path[::-1] if here != name else [name, name]
            if one not in trail:
                trail[one] = here
                waiting.append(one)
    return [name]


def _depths(inner: Mapping[str, set[str]], order: list[str]) -> dict[str, int]:
    deep: dict[str, int] = {}
    for name in order:
        deep[name] = 1 + max((deep[one] for one in inner[name]), default=0)
    return deep


def _count(nodes: tuple[Node, ...], sizes: Mapping[str, int]) -> int:
    return min(sum(node.repeat * (1 + sizes.get(node.block, 0)) for node in nodes), _MOST)

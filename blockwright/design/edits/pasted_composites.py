"""What pasted nodes bring along: the design's own blocks that they use, and those that these use in turn."""

import json
import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from blockwright.design.composites import MAX_DEPTH, inner_first, used_in
from blockwright.design.edits.edit_helpers import EditError, checked, made
from blockwright.schema.design import Composite, Design, Node

MAX_BYTES = 1_000_000
MAX_COMPOSITES = 100


def with_composites(
    design: Design, nodes: Iterable[Node], composites: Mapping[str, Any]
) -> tuple[Design, dict[str, str]]:
    """The design with the definitions that the nodes use, and the names of those that come in under another name.

    One that the design has already, with the same content, is used as it is; where another one has its name, it gets
    the next free name. Definitions that nothing uses are left out.

    Raises `EditError` for definitions that are too many or too large, contain themselves, or nest too deep.
    """
    given = _read(composites)
    needed = _needed(nodes, given)
    order = [name for name in inner_first(given) if name in needed]
    endless = sorted(needed - set(order))
    if endless:
        raise EditError(f"The pasted block {endless[0]} contains itself, so it would never end.")
    _refuse_depth(given, order)
    known = dict(design.composites)
    names: dict[str, str] = {}
    for name in order:
        inside = tuple(
            node.model_copy(update={"block": names.get(node.block, node.block)}) for node in given[name].nodes
        )
        one = given[name].model_copy(update={"nodes": inside})
        names[name] = _name(name, one, known)
        known[names[name]] = one
    moved = {name: new for name, new in names.items() if name != new}
    return (made(design, composites=known) if order else design), moved


def _read(composites: object) -> dict[str, Composite]:
    if not isinstance(composites, Mapping) or len(composites) > MAX_COMPOSITES:
        raise EditError(
            f"Pasted blocks of their own are up to {MAX_COMPOSITES} definitions, each under its name."
        )
    size = len(json.dumps(composites, default=str))
    if size > MAX_BYTES:
        raise EditError(
            f"Pasted blocks of their own may have {MAX_BYTES // 1_000_000} MB. These have {size / 1_000_000:.1f} MB."
        )
    return {name: checked(partial(Composite.model_validate, one)) for name, one in composites.items()}


def _needed(nodes: Iterable[Node], given: Mapping[str, Composite]) -> set[str]:
    """The definitions that these nodes use, directly or inside one another."""
    needed: set[str] = set()
    waiting = [node.block for node in nodes]
    while waiting:
        name = waiting.pop()
        if name in given and name not in needed:
            needed.add(name)
            waiting += used_in(given[name], given)
    return needed


def _refuse_depth(given: Mapping[str, Composite], order: Iterable[str]) -> None:
    deep: dict[str, int] = {}
    for name in order:
        deep[name] = 1 + max((deep[one] for one in used_in(given[name], given)), default=0)
        if deep[name] > MAX_DEPTH:
            raise EditError(
                f"The pasted block {name} nests other blocks more than {MAX_DEPTH} deep. Take a level of them apart."
            )


def _name(wish: str, one: Composite, known: Mapping[str, Composite]) -> str:
    """The name under which the definition is known already, or the first that is free: Unit, Unit2, Unit3."""
    content = _content(one)
    base = re.sub(r"\d+$", "", wish)
    name, number = wish, 2
    while name in known and _content(known[name]) != content:
        name = f"{base}{number}"
        number += 1
    return name


def _content(one: Composite) -> str:
    return json.dumps(one.document(), sort_keys=True, default=str)

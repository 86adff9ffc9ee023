"""The composite blocks that pasted nodes use, and those that these use in turn."""

import itertools
import json
import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from blockwright.design.composites import MAX_DEPTH, inner_first, used_in
from blockwright.design.edits.edit_helpers import EditError, checked, validated
from blockwright.schema.design import Composite, Design, Node

MAX_BYTES = 1_000_000
MAX_COMPOSITES = 100


def with_composites(
    design: Design, nodes: Iterable[Node], composites: Mapping[str, Any]
) -> tuple[Design, dict[str, str]]:
    """The design with the definitions that the nodes use, and the new names of those that were renamed.

    A definition that the design has already, with the same content, is used; where another one has its name, it gets
    the next free name. Definitions that nothing uses are left out.

    Raises `EditError` for definitions that are too many or too large, contain themselves, or are nested too deep.
    """
    pasted = _read(composites)
    needed = _needed(nodes, pasted)
    order = [name for name in inner_first(pasted) if name in needed]
    endless = sorted(needed - set(order))
    if endless:
        raise EditError(f"The pasted block {endless[0]} contains itself.")
    _check_depth(pasted, order)
    definitions = dict(design.composites)
    names: dict[str, str] = {}
    for name in order:
        inner = tuple(
            node.model_copy(update={"block": names.get(node.block, node.block)})
            for node in pasted[name].nodes
        )
        definition = pasted[name].model_copy(update={"nodes": inner})
        names[name] = _name(name, definition, definitions)
        definitions[names[name]] = definition
    renamed = {name: new for name, new in names.items() if name != new}
    return (validated(design, composites=definitions) if order else design), renamed


def _read(composites: object) -> dict[str, Composite]:
    if not isinstance(composites, Mapping) or len(composites) > MAX_COMPOSITES:
        raise EditError(
            f"`composites` must have up to {MAX_COMPOSITES} definitions of composite blocks by name."
        )
    size = len(json.dumps(composites, default=str))
    if size > MAX_BYTES:
        raise EditError(
            f"Pasted composite blocks can have up to {MAX_BYTES // 1_000_000} MB. Received: {size / 1_000_000:.1f} MB."
        )
    return {
        name: checked(partial(Composite.model_validate, definition))
        for name, definition in composites.items()
    }


def _needed(nodes: Iterable[Node], pasted: Mapping[str, Composite]) -> set[str]:
    """The definitions that these nodes use, directly or inside one another."""
    needed: set[str] = set()
    waiting = [node.block for node in nodes]
    while waiting:
        name = waiting.pop()
        if name in pasted and name not in needed:
            needed.add(name)
            waiting += used_in(pasted[name], pasted)
    return needed


def _check_depth(pasted: Mapping[str, Composite], order: Iterable[str]) -> None:
    depths: dict[str, int] = {}
    for name in order:
        depths[name] = 1 + max((depths[inner] for inner in used_in(pasted[name], pasted)), default=0)
        if depths[name] > MAX_DEPTH:
            raise EditError(
                f"The pasted block {name} nests other blocks more than {MAX_DEPTH} levels deep. Ungroup some of them."
            )


def _name(original: str, definition: Composite, definitions: Mapping[str, Composite]) -> str:
    """The name that the definition has already, or the first that is free: Unit, Unit2, Unit3."""
    content = _content(definition)
    base = re.sub(r"\d+$", "", original)
    names = itertools.chain([original], (f"{base}{number}" for number in itertools.count(2)))
    return next(name for name in names if name not in definitions or _content(definitions[name]) == content)


def _content(definition: Composite) -> str:
    return json.dumps(definition.document(), sort_keys=True, default=str)

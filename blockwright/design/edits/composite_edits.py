"""Edits of the definitions of a design's own blocks: adding, changing, naming and removing one."""

from collections.abc import Callable
from typing import Any

from blockwright.design.composites import inner_first, used_in
from blockwright.design.edits.edit_helpers import EditError, checked, made
from blockwright.schema.design import Composite, Design, Node


def define(design: Design, name: str, definition: dict[str, Any]) -> Design:
    """Add a block of the design's own, or give one another inside; one that contains itself is refused."""
    composite = checked(lambda: Composite.model_validate(definition))
    return redefined(design, name, composite)


def undefine(design: Design, name: str) -> Design:
    """Take a definition away that no node uses."""
    definition_of(design, name)
    if is_used(design, name):
        raise EditError(f"The block {name} is still used. Remove or take apart the nodes that use it first.")
    return made(design, composites={key: one for key, one in design.composites.items() if key != name})


def redefine_body(design: Design, name: str, body: Design) -> Design:
    """The design with the inside of a block as `body` has it, and with the blocks that `body` defined."""
    definition = design.composites[name].model_copy(
        update={
            "inputs": tuple(one.id for one in body.inputs),
            "nodes": body.nodes,
            "outputs": body.outputs,
        }
    )
    grown = design.model_copy(update={"composites": {**body.composites, name: design.composites[name]}})
    return redefined(grown, name, definition)


def redefined(design: Design, name: str, definition: Composite) -> Design:
    """The design with this definition of a block; `EditError` where it would come to contain itself."""
    changed = made(design, composites={**design.composites, name: definition})
    # One that contained itself before may be changed step by step until it does no more.
    sound = name not in design.composites or name in inner_first(design.composites)
    if sound and name not in inner_first(changed.composites):
        raise EditError(f"The block {name} would contain itself, and so never end.")
    return changed


def definition_of(design: Design, name: str) -> Composite:
    """What a block of the design's own is made of; `EditError` where the design has none of that name."""
    if name not in design.composites:
        raise EditError(f"This design has no block of its own named {str(name)[:60]}.")
    return design.composites[name]


def everywhere(design: Design, composite: str, change: Callable[[Node], Node]) -> Design:
    """The design with every node that uses a block changed, those inside other blocks too."""

    def each(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
        return tuple(change(node) if node.block == composite else node for node in nodes)

    composites = {
        name: one.model_copy(update={"nodes": each(one.nodes)}) for name, one in design.composites.items()
    }
    return made(design, nodes=each(design.nodes), composites=composites)


def rename_composite(design: Design, composite: str, to: str) -> Design:
    """Give a block of the design's own another name, everywhere it is used."""
    definition_of(design, composite)
    if to == composite:
        return design
    to = new_name(design, to)
    composites = {to if name == composite else name: one for name, one in design.composites.items()}
    renamed = design.model_copy(update={"composites": composites})
    return everywhere(renamed, composite, lambda node: node.model_copy(update={"block": to}))


def is_used(design: Design, name: str) -> bool:
    """Whether a node of the design, or of another of its blocks, is this block."""
    inside = any(name in used_in(one, design.composites) for one in design.composites.values())
    return inside or any(node.block == name for node in design.nodes)


def without_unused(design: Design, name: str) -> Design:
    """The design without the definition of a block if no node uses it."""
    return design if is_used(design, name) else undefine(design, name)


def new_name(design: Design, name: str | None) -> str:
    """The name for a new block: the one that is wished for, if it is free, else Block1, Block2, …"""
    if name is None:
        number = 1
        while f"Block{number}" in design.composites:
            number += 1
        return f"Block{number}"
    if name in design.composites:
        raise EditError(f"There is a block named {name} already. Choose another name.")
    return name

"""Edits of the definitions of a design's own blocks: adding, changing, naming and removing one."""

from collections.abc import Callable
from typing import Literal

from pydantic import StrictStr

from blockwright.design.composites import inner_first, used_in
from blockwright.design.edits.edit import BaseEdit
from blockwright.design.edits.edit_helpers import EditError, made
from blockwright.schema.design import Composite, Design, Node


class Define(BaseEdit):
    """Define a block of the design's own, or redefine one; one that contains itself is refused."""

    of_whole_design = True
    op: Literal["define"] = "define"
    name: StrictStr
    definition: Composite

    def apply(self, design: Design) -> Design:
        return redefined(design, self.name, self.definition)

    @property
    def label(self) -> str:
        return f"Define the block {self.name}"


class Undefine(BaseEdit):
    """Remove a definition that no node uses."""

    of_whole_design = True
    op: Literal["undefine"] = "undefine"
    name: StrictStr

    def apply(self, design: Design) -> Design:
        definition_of(design, self.name)
        if is_used(design, self.name):
            raise EditError(
                f"The block {self.name} is still used. Remove or ungroup the nodes that use it first."
            )
        composites = {name: definition for name, definition in design.composites.items() if name != self.name}
        return made(design, composites=composites)

    @property
    def label(self) -> str:
        return f"Remove the block {self.name}"


class RenameComposite(BaseEdit):
    """Give a block of the design's own another name, everywhere it is used."""

    of_whole_design = True
    op: Literal["rename_composite"] = "rename_composite"
    composite: StrictStr
    to: StrictStr

    def apply(self, design: Design) -> Design:
        definition_of(design, self.composite)
        if self.to == self.composite:
            return design
        to = new_name(design, self.to)
        composites = {
            to if name == self.composite else name: definition
            for name, definition in design.composites.items()
        }
        renamed = design.model_copy(update={"composites": composites})
        return everywhere(renamed, self.composite, lambda node: node.model_copy(update={"block": to}))

    @property
    def label(self) -> str:
        return f"Rename {self.composite} to {self.to}"


def redefine_body(design: Design, name: str, body: Design) -> Design:
    """The design with the inside of a block as `body` has it, and with the blocks that `body` defined."""
    definition = design.composites[name].model_copy(
        update={
            "inputs": tuple(entry.id for entry in body.inputs),
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
        name: definition.model_copy(update={"nodes": each(definition.nodes)})
        for name, definition in design.composites.items()
    }
    return made(design, nodes=each(design.nodes), composites=composites)


def is_used(design: Design, name: str) -> bool:
    """Whether a node of the design, or of another of its blocks, is this block."""
    inside = any(name in used_in(definition, design.composites) for definition in design.composites.values())
    return inside or any(node.block == name for node in design.nodes)


def without_unused(design: Design, name: str) -> Design:
    """The design without the definition of a block if no node uses it."""
    return design if is_used(design, name) else Undefine(name=name).apply(design)


def new_name(design: Design, name: str | None) -> str:
    """The name for a new block: `name` where it is free, else Block1, Block2, …"""
    if name is None:
        number = 1
        while f"Block{number}" in design.composites:
            number += 1
        return f"Block{number}"
    if name in design.composites:
        raise EditError(f"There is a block named {name} already. Choose another name.")
    return name

"""Edits of the definitions of composite blocks: adding, changing, renaming and removing one."""

import itertools
from collections.abc import Callable
from typing import Literal

from pydantic import StrictStr

from blockwright.design.composites import inner_first, used_in
from blockwright.design.edits.edit import BaseEdit
from blockwright.design.edits.edit_helpers import EditError, validated
from blockwright.schema.design import Composite, Design, Node


class Define(BaseEdit):
    """Define a composite block, or redefine one; one that contains itself is refused."""

    of_whole_design = True
    op: Literal["define"] = "define"
    label_format = "Define the block {name}"
    name: StrictStr
    definition: Composite

    def apply(self, design: Design) -> Design:
        return redefined(design, self.name, self.definition)


class Undefine(BaseEdit):
    """Remove a definition that no node uses."""

    of_whole_design = True
    op: Literal["undefine"] = "undefine"
    label_format = "Remove the block {name}"
    name: StrictStr

    def apply(self, design: Design) -> Design:
        definition_of(design, self.name)
        if is_used(design, self.name):
            raise EditError(
                f"The block {self.name} is still used. Remove or ungroup the nodes that use it first."
            )
        composites = {name: definition for name, definition in design.composites.items() if name != self.name}
        return validated(design, composites=composites)


class RenameComposite(BaseEdit):
    """Rename a composite block, everywhere it is used."""

    of_whole_design = True
    op: Literal["rename_composite"] = "rename_composite"
    label_format = "Rename {composite} to {to}"
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


def redefine_body(design: Design, name: str, body: Design) -> Design:
    """The design with the content of a block as in `body`, and with the blocks that `body` defines."""
    definition = design.composites[name].model_copy(
        update={
            "inputs": tuple(entry.id for entry in body.inputs),
            "nodes": body.nodes,
            "outputs": body.outputs,
        }
    )
    extended = design.model_copy(update={"composites": {**body.composites, name: design.composites[name]}})
    return redefined(extended, name, definition)


def redefined(design: Design, name: str, definition: Composite) -> Design:
    """The design with this definition of a block. Raises `EditError` where it would contain itself."""
    changed = validated(design, composites={**design.composites, name: definition})
    # One that contained itself before may be changed step by step until it no longer does.
    was_valid = name not in design.composites or name in inner_first(design.composites)
    if was_valid and name not in inner_first(changed.composites):
        raise EditError(f"The block {name} would contain itself.")
    return changed


def definition_of(design: Design, name: str) -> Composite:
    """The definition of a composite block. Raises `EditError` where the design has none of that name."""
    if name not in design.composites:
        raise EditError(f"This design has no composite block named {str(name)[:60]}.")
    return design.composites[name]


def everywhere(design: Design, composite: str, change: Callable[[Node], Node]) -> Design:
    """The design with every node that uses a block changed, also inside other blocks."""

    def each(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
        return tuple(change(node) if node.block == composite else node for node in nodes)

    composites = {
        name: definition.model_copy(update={"nodes": each(definition.nodes)})
        for name, definition in design.composites.items()
    }
    return validated(design, nodes=each(design.nodes), composites=composites)


def is_used(design: Design, name: str) -> bool:
    """Whether a node of the design, or of another of its blocks, is this block."""
    in_others = any(
        name in used_in(definition, design.composites) for definition in design.composites.values()
    )
    return in_others or any(node.block == name for node in design.nodes)


def without_unused(design: Design, name: str) -> Design:
    """The design without the definition of a block if no node uses it."""
    return design if is_used(design, name) else Undefine(name=name).apply(design)


def new_name(design: Design, name: str | None) -> str:
    """The name for a new block: `name` where it is free, else Block1, Block2, …"""
    if name is None:
        names = (f"Block{number}" for number in itertools.count(1))
        return next(name for name in names if name not in design.composites)
    if name in design.composites:
        raise EditError(f"There is already a block named {name}. Choose another name.")
    return name

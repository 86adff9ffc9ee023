"""Edits of the names of nodes and inputs."""

from typing import Literal

from pydantic import StrictStr

from blockwright.design.edits.edit import BaseEdit
from blockwright.design.edits.edit_helpers import (
    EditError,
    renamed,
    unused_name,
    validated,
)
from blockwright.schema.design import Design


class Rename(BaseEdit):
    """Rename a node or an input, everywhere it is used."""

    op: Literal["rename"] = "rename"
    label_format = "Rename {node} to {to}"
    node: StrictStr
    to: StrictStr

    def apply(self, design: Design) -> Design:
        old, new = self.node, self.to
        if new == old:
            return design
        if old not in design.ids():
            raise EditError(f'There is no node named "{old}".')
        if new in design.ids():
            raise EditError(f'The name "{new}" is taken. Choose another.')
        if not new.strip():
            raise EditError("A name must not be empty.")
        inputs = tuple(
            entry.model_copy(update={"id": new}) if entry.id == old else entry for entry in design.inputs
        )
        nodes = tuple(
            node.model_copy(
                update={
                    "id": new if node.id == old else node.id,
                    "inputs": None if node.inputs is None else renamed(design, node.inputs, old, new),
                    "shares": new if node.shares == old else node.shares,
                }
            )
            for node in design.nodes
        )
        outputs = None if design.outputs is None else renamed(design, design.outputs, old, new)
        return validated(design, inputs=inputs, nodes=nodes, outputs=outputs)


class MakeNamesUnique(BaseEdit):
    """Rename all but the first of the nodes and inputs with the same name; its readers read the first."""

    op: Literal["tell_apart"] = "tell_apart"
    label_format = "Give each {name} its own name"
    name: StrictStr

    def apply(self, design: Design) -> Design:
        taken = design.ids()
        if self.name not in taken:
            raise EditError(f'There is no node named "{self.name}".')
        used: set[str] = set()

        def unique(name: str) -> str:
            if name == self.name and name in used:
                name = unused_name(taken, name)
                taken.add(name)
            used.add(name)
            return name

        inputs = tuple(entry.model_copy(update={"id": unique(entry.id)}) for entry in design.inputs)
        nodes = tuple(node.model_copy(update={"id": unique(node.id)}) for node in design.nodes)
        return validated(design, inputs=inputs, nodes=nodes)

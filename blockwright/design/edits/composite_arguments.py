"""Edits of the arguments of composite blocks: which there are, their names, and their defaults."""

from collections.abc import Callable
from typing import Any, Literal

from pydantic import StrictStr

from blockwright.design.composites import refer, reference
from blockwright.design.edits.composite_edits import definition_of, everywhere, redefined
from blockwright.design.edits.edit import BaseEdit
from blockwright.design.edits.edit_helpers import EditError
from blockwright.schema.design import Composite, Design, Node


class Expose(BaseEdit):
    """Make an argument of a node inside a block an argument of the block; its value becomes the default."""

    of_whole_design = True
    op: Literal["expose"] = "expose"
    composite: StrictStr
    node: StrictStr
    param: StrictStr
    name: StrictStr | None = None

    def apply(self, design: Design) -> Design:
        definition = definition_of(design, self.composite)
        node = next((node for node in definition.nodes if node.id == self.node), None)
        if node is None:
            raise EditError(f'There is no node named "{self.node}" in the block {self.composite}.')
        if self.param not in node.params:
            raise EditError(f'Set `{self.param}` of "{node.id}" first; its value becomes the default.')
        value = node.params[self.param]
        if reference(value) is not None:
            raise EditError(f'`{self.param}` of "{node.id}" is already the argument `{reference(value)}`.')
        name = self.name or self.param
        _check_name(name)
        nodes = tuple(
            _with_params(other, {**other.params, self.param: refer(name)}) if other is node else other
            for other in definition.nodes
        )
        params = {**definition.params, name: definition.params.get(name, value)}
        return _redefined(design, self.composite, definition, params, nodes)

    @property
    def label(self) -> str:
        return f"Make {self.param} of {self.node} the argument {self.name or self.param} of {self.composite}"


class Unexpose(BaseEdit):
    """Remove an argument of a block; inside, its default replaces it."""

    of_whole_design = True
    op: Literal["unexpose"] = "unexpose"
    label_format = "Remove the argument {name} of {composite}"
    composite: StrictStr
    name: StrictStr

    def apply(self, design: Design) -> Design:
        definition = _definition(design, self.composite, self.name)
        default = definition.params[self.name]
        params = {name: value for name, value in definition.params.items() if name != self.name}
        nodes = _rereferenced(definition, self.name, lambda: default)
        design = _redefined(design, self.composite, definition, params, nodes)
        return everywhere(
            design,
            self.composite,
            lambda node: _with_params(
                node, {key: value for key, value in node.params.items() if key != self.name}
            ),
        )


class SetDefault(BaseEdit):
    """Change the default of an argument of a block."""

    of_whole_design = True
    op: Literal["set_default"] = "set_default"
    label_format = "Set the default of {name} of {composite}"
    composite: StrictStr
    name: StrictStr
    value: Any

    def apply(self, design: Design) -> Design:
        definition = _definition(design, self.composite, self.name)
        params = {**definition.params, self.name: self.value}
        return _redefined(design, self.composite, definition, params, definition.nodes)


class RenameArgument(BaseEdit):
    """Rename an argument of a block: inside, and wherever a node of the block sets it."""

    of_whole_design = True
    op: Literal["rename_argument"] = "rename_argument"
    label_format = "Rename the argument {name} of {composite} to {to}"
    composite: StrictStr
    name: StrictStr
    to: StrictStr

    def apply(self, design: Design) -> Design:
        definition = _definition(design, self.composite, self.name)
        if self.to == self.name:
            return design
        _check_name(self.to)
        if self.to in definition.params:
            raise EditError(
                f"The block {self.composite} already has an argument `{self.to}`. Choose another name."
            )
        _check_free(design, self.composite, self.name, self.to)
        nodes = _rereferenced(definition, self.name, lambda: refer(self.to))
        design = _redefined(design, self.composite, definition, self._renamed(definition.params), nodes)
        return everywhere(design, self.composite, lambda node: _with_params(node, self._renamed(node.params)))

    def _renamed(self, params: dict[str, Any]) -> dict[str, Any]:
        return {self.to if name == self.name else name: value for name, value in params.items()}


def _definition(design: Design, composite: str, argument: str) -> Composite:
    definition = definition_of(design, composite)
    if argument not in definition.params:
        raise EditError(f"The block {composite} has no argument `{argument}`.")
    return definition


def _redefined(
    design: Design, composite: str, definition: Composite, params: dict[str, Any], nodes: tuple[Node, ...]
) -> Design:
    return redefined(design, composite, definition.model_copy(update={"params": params, "nodes": nodes}))


def _rereferenced(definition: Composite, argument: str, value: Callable[[], Any]) -> tuple[Node, ...]:
    """The nodes of a definition with `value` wherever they refer to an argument."""
    return tuple(
        _with_params(
            node,
            {
                name: value() if reference(current) == argument else current
                for name, current in node.params.items()
            },
        )
        for node in definition.nodes
    )


def _with_params(node: Node, params: dict[str, Any]) -> Node:
    return node.model_copy(update={"params": params})


def _check_name(name: str) -> None:
    if not name.isidentifier():
        raise EditError(
            f"The name of an argument has letters, digits and _, such as filters. Received: {name!r:.60}."
        )


def _check_free(design: Design, composite: str, name: str, to: str) -> None:
    """Refuse where a node sets both names, since one of the two values would be lost."""
    bodies = [("", design.nodes)]
    bodies += [(f" in {key}", definition.nodes) for key, definition in design.composites.items()]
    for where, nodes in bodies:
        for node in nodes:
            if node.block == composite and {name, to} <= node.params.keys():
                raise EditError(
                    f'"{node.id}"{where} sets both `{name}` and `{to}`, so the argument cannot be renamed. '
                    f"Remove `{to}` there first."
                )

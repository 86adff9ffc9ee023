"""Edits of the arguments of a design's own blocks: which there are, what they are called, and their defaults."""

from typing import Any

from blockwright.design.composites import refer, reference
from blockwright.design.edits.composite_edits import definition_of, everywhere, redefined
from blockwright.design.edits.edit_helpers import EditError
from blockwright.schema.design import Design, Node


def expose(design: Design, composite: str, node_id: str, param: str, name: str | None = None) -> Design:
    """Make an argument of a node inside a block an argument of the block, with its value as the default."""
    definition = definition_of(design, composite)
    inner = next((node for node in definition.nodes if node.id == node_id), None)
    if inner is None:
        raise EditError(f'There is no node named "{node_id}" in the block {composite}.')
    if param not in inner.params:
        raise EditError(f'Give `{param}` of "{node_id}" a value first; it becomes the default.')
    value = inner.params[param]
    if reference(value) is not None:
        raise EditError(f'`{param}` of "{node_id}" is the argument `{reference(value)}` already.')
    name = name or param
    _check_name(name)
    params = {**inner.params, param: refer(name)}
    nodes = tuple(
        node.model_copy(update={"params": params}) if node.id == node_id else node
        for node in definition.nodes
    )
    exposed = {**definition.params, name: definition.params.get(name, value)}
    return redefined(design, composite, definition.model_copy(update={"nodes": nodes, "params": exposed}))


def unexpose(design: Design, composite: str, name: str) -> Design:
    """Take an argument of a block away; inside, its default stands in its place."""
    definition = definition_of(design, composite)
    if name not in definition.params:
        raise EditError(f"The block {composite} has no argument `{name}`.")
    default = definition.params[name]
    nodes = tuple(
        node.model_copy(
            update={
                "params": {
                    key: default if reference(value) == name else value for key, value in node.params.items()
                }
            }
        )
        for node in definition.nodes
    )
    params = {key: value for key, value in definition.params.items() if key != name}
    design = redefined(design, composite, definition.model_copy(update={"nodes": nodes, "params": params}))
    return everywhere(design, composite, lambda node: _without(node, name))


def set_default(design: Design, composite: str, name: str, value: Any) -> Design:
    """Give an argument of a block another default."""
    definition = definition_of(design, composite)
    if name not in definition.params:
        raise EditError(f"The block {composite} has no argument `{name}`.")
    params = {**definition.params, name: value}
    return redefined(design, composite, definition.model_copy(update={"params": params}))


def rename_argument(design: Design, composite: str, name: str, to: str) -> Design:
    """Give an argument of a block another name: inside, and wherever a use of the block sets it."""
    definition = definition_of(design, composite)
    if name not in definition.params:
        raise EditError(f"The block {composite} has no argument `{name}`.")
    if to == name:
        return design
    _check_name(to)
    if to in definition.params:
        raise EditError(f"The block {composite} has an argument `{to}` already. Choose another name.")
    _check_free(design, composite, name, to)
    params = {to if key == name else key: value for key, value in definition.params.items()}
    nodes = tuple(
        node.model_copy(
            update={
                "params": {
                    key: refer(to) if reference(value) == name else value
                    for key, value in node.params.items()
                }
            }
        )
        for node in definition.nodes
    )
    design = redefined(design, composite, definition.model_copy(update={"nodes": nodes, "params": params}))
    return everywhere(
        design,
        composite,
        lambda node: node.model_copy(
            update={"params": {to if key == name else key: value for key, value in node.params.items()}}
        ),
    )


def _check_name(name: object) -> None:
    if not isinstance(name, str) or not name.isidentifier():
        raise EditError(
            f"An argument has a name of letters, digits and _, such as filters. Received: {name!r:.60}."
        )


def _check_free(design: Design, composite: str, name: str, to: str) -> None:
    """No use may set both names: one of the two values would be lost."""
    bodies = [("", design.nodes), *((f" in {key}", one.nodes) for key, one in design.composites.items())]
    for where, nodes in bodies:
        for node in nodes:
            if node.block == composite and {name, to} <= node.params.keys():
                raise EditError(
                    f'"{node.id}"{where} sets both `{name}` and `{to}`, which {composite} does not take. '
                    f"Remove `{to}` there first."
                )


def _without(node: Node, param: str) -> Node:
    return node.model_copy(
        update={"params": {key: value for key, value in node.params.items() if key != param}}
    )

"""A design's composite blocks as entries of a catalog, with forms that follow from where their arguments go."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from blockwright.design.argument_rules import check_node
from blockwright.design.composites import inner_first, reference, usable, used_in
from blockwright.design.wiring import resolve_outputs
from blockwright.schema.catalog import BlockType, Catalog
from blockwright.schema.design import Composite, Design, Node
from blockwright.schema.findings import Finding
from blockwright.schema.parameters import Param
from blockwright.schema.rules import Problem, Rule

CATEGORY = "Composite blocks"


def extended(catalog: Catalog, design: Design) -> Catalog:
    """The catalog and the blocks that the design defines; the catalog itself where it defines none.

    An argument has the kind and the range of the one that it stands for inside. Blocks that contain themselves, or
    are nested too deep, are left out.
    """
    if not design.composites:
        return catalog
    extended_catalog = Catalog(catalog.blocks.values())
    for name in usable(design.composites):
        if name not in catalog.blocks:
            extended_catalog.blocks[name] = _block_type(design, name, extended_catalog)
    extended_catalog.unusable = frozenset(design.composites.keys() - extended_catalog.blocks.keys())
    return extended_catalog


@dataclass(frozen=True)
class BodyView:
    """A design and the app's catalog, for its composite blocks."""

    design: Design
    catalog: Catalog


class CompositeName(Rule[BodyView]):
    """A block of the design with the name of one of the palette's would hide that one. Rename it."""

    code = "composite-name"

    def check(self, view: BodyView) -> Iterator[Problem]:
        for name in view.design.composites:
            if name in view.catalog.blocks:
                to = _free_name(name, view.catalog, view.design)
                edit = {"op": "rename_composite", "composite": name, "to": to}
                message = f"This design and the palette both have a block `{name}`. Rename the design's."
                yield Problem(None, message, ((f"Rename it to {to}", [edit]),))


def check_bodies(catalog: Catalog, design: Design) -> Iterator[Finding]:
    """Findings about the blocks and arguments inside a design's composite blocks, and about their names.

    `catalog` is that of the app. Arguments that stand for one of the block's own are judged by its default.
    """
    yield from CompositeName().findings(BodyView(design, catalog))
    extended_catalog = extended(catalog, design)
    for name, composite in design.composites.items():
        inner_catalog: Catalog | None = None
        sources = {*composite.inputs, *(node.id for node in composite.nodes)}
        for node in composite.nodes:
            if node.block in extended_catalog.unusable:
                continue
            node_catalog = extended_catalog
            if node.block not in extended_catalog.blocks:
                node_catalog = inner_catalog = inner_catalog or _without_outer(extended_catalog, design, name)
            for finding in check_node(node_catalog, _with_defaults(node, composite), sources):
                message = f"In the block `{name}`: {finding.message}"
                fix = finding.fix
                if fix is not None:
                    edits = [_inside(edit, node, name, node_catalog) for edit in fix.edits]
                    fix = fix.model_copy(update={"edits": edits})
                yield finding.model_copy(update={"node": None, "message": message, "fix": fix})


def _free_name(name: str, catalog: Catalog, design: Design) -> str:
    to, number = f"Own{name}"[:55], 2
    while to in catalog.blocks or to in design.composites:
        to, number = f"Own{name}"[:55] + str(number), number + 1
    return to


def _inside(edit: dict[str, Any], node: Node, name: str, catalog: Catalog) -> dict[str, Any]:
    """An edit that fixes a node as one of the inside of a block; references to the block's arguments stay.

    Where such an argument has a wrong default, the default is what changes.
    """
    params = edit.get("params", {})
    arguments = {key: reference(value) for key, value in node.params.items()}
    if edit["op"] == "set":
        changed: str = next(iter([*params, *edit.get("unset", ())]))
        argument, param = arguments.get(changed), catalog.blocks[node.block].param(changed)
        if argument is not None and param is not None:
            value = params.get(changed, param.default)
            return {"op": "set_default", "composite": name, "name": argument, "value": value}
    if edit["op"] == "replace":
        params = {
            key: value if arguments.get(key) is None else node.params[key] for key, value in params.items()
        }
        edit = {**edit, "params": params}
    return {**edit, "in": name}


def _without_outer(catalog: Catalog, design: Design, name: str) -> Catalog:
    """The catalog without a design's composite block and those that contain it, which cannot stand inside it."""
    outer = {name}
    for name in inner_first(design.composites):
        if used_in(design.composites[name], design.composites) & outer:
            outer.add(name)
    return Catalog(block for block in catalog.blocks.values() if block.name not in outer)


def _with_defaults(node: Node, composite: Composite) -> Node:
    """The node with the defaults for its references; unknown references, which are found elsewhere, left out."""
    params = {}
    for name, value in node.params.items():
        argument = reference(value)
        if argument is None:
            params[name] = value
        elif argument in composite.params:
            params[name] = composite.params[argument]
    return node.model_copy(update={"params": params})


def _block_type(design: Design, name: str, catalog: Catalog) -> BlockType:
    composite = design.composites[name]
    inside = ", ".join(dict.fromkeys(node.block for node in composite.nodes))
    return BlockType(
        name=name,
        category=CATEGORY,
        title=name,
        summary=f"A block of this design, made of {len(composite.nodes)} others.",
        doc=f"A block of this design, made of {inside or 'nothing yet'}.",
        params=tuple(
            _param(argument, value, composite, catalog) for argument, value in composite.params.items()
        ),
        min_inputs=len(composite.inputs),
        max_inputs=len(composite.inputs),
        outputs=max(1, len(resolve_outputs(design.body(name)))),
        origin="design",
        opens=True,
    )


def _param(name: str, default: Any, composite: Composite, catalog: Catalog) -> Param:
    for node in composite.nodes:
        for inner, value in node.params.items():
            if reference(value) == name:
                kind = catalog.blocks.get(node.block)
                param = kind.param(inner) if kind is not None else None
                if param is not None:
                    changes: Mapping[str, Any] = {"name": name, "default": default, "required": False}
                    return param.model_copy(update=changes)
    return Param(name=name, kind="text", default=default, optional=True)

"""What an edit from a browser leaves open, filled in from the catalog: starting arguments, free places, known names.

Everything here was sent by a browser, or pasted by anybody, and is checked.
"""

import re
from typing import Any

from blockwright.design.edits import (
    Branch,
    Compose,
    Edit,
    EditError,
    ExtendOutput,
    Insert,
    InsertAfter,
    Merge,
    Paste,
    Splice,
    Wire,
)
from blockwright.design.wiring import resolve_reads
from blockwright.schema.catalog import Catalog
from blockwright.schema.design import Design, Node

MAX_PASTED = 500
_NAME = re.compile(r"[A-Z][A-Za-z0-9]{0,59}")
_NEW_BLOCK = (Insert, InsertAfter, Branch, ExtendOutput, Splice, Merge)


def completed(edit: Edit, design: Design, catalog: Catalog | None, insertion: int) -> Edit:
    """The edit of `design` with everything that the browser left open.

    A new block gets the arguments that it starts with and, where it has no place, the place `insertion`. A wire takes
    the place of another one where the block reads no more. Pasted nodes get back the long arguments that were not
    copied. Raises `EditError` for blocks that there are not, and names that a block cannot have.
    """
    if isinstance(edit, _NEW_BLOCK):
        return _with_start(edit, catalog, insertion)
    if isinstance(edit, Wire) and edit.slot is None:
        return edit.model_copy(update={"slot": _slot(edit, design, catalog)})
    if isinstance(edit, Compose) and edit.name:
        _check_name(edit.name, catalog)
    if isinstance(edit, Paste):
        return _checked_paste(edit, design, catalog)
    return edit


def _with_start(edit: Any, catalog: Catalog | None, insertion: int) -> Edit:
    if isinstance(edit, Splice) and edit.block is None:
        return edit
    if catalog is None:
        raise EditError("The design service is starting; try this again in a moment.")
    if edit.block not in catalog.blocks:
        raise EditError(f'There is no block named "{edit.block[:60]}" in the palette.')
    changes: dict[str, Any] = {}
    if edit.params is None:
        changes["params"] = catalog.starting_params(edit.block) or None
    if isinstance(edit, Insert) and (edit.index, edit.inputs, edit.at) == (None, None, None):
        changes["index"] = insertion
    return edit.model_copy(update=changes)


def _slot(edit: Wire, design: Design, catalog: Catalog | None) -> int | None:
    """The place for a wire without one: None for one more, 0 for a block that reads only one input."""
    node = next((node for node in design.nodes if node.id == edit.to), None)
    if node is None:
        return None
    reads = resolve_reads(design)[node.id]
    block_type = catalog.blocks.get(node.block) if catalog else None
    max_inputs = block_type.max_inputs if block_type else 1
    if max_inputs is None or len(reads) < max_inputs:
        return None
    if max_inputs != 1:
        raise EditError(f'"{node.id}" takes at most {max_inputs} inputs. Disconnect one of them first.')
    return 0 if reads else None


def _check_name(name: str, catalog: Catalog | None) -> None:
    if not _NAME.fullmatch(name):
        raise EditError(
            "The name of a block is one word of letters and digits that begins with a capital letter, such as "
            f"ResidualUnit. Received: {name[:60]}."
        )
    if catalog is not None and name in catalog.blocks:
        raise EditError(f"There is a block named {name} already. Choose another name.")


def _checked_paste(edit: Paste, design: Design, catalog: Catalog | None) -> Paste:
    if not 1 <= len(edit.nodes) <= MAX_PASTED:
        raise EditError(f"Between 1 and {MAX_PASTED} blocks can be pasted at once.")
    composites = edit.composites
    if composites is not None and not isinstance(composites, dict):
        raise EditError("The definitions of pasted blocks must be listed by name.")
    nodes = tuple(restored(node, design) for node in edit.nodes)
    if catalog is not None:
        _check_blocks(nodes, composites or {}, design, catalog)
    return edit.model_copy(update={"nodes": nodes})


def _check_blocks(
    nodes: tuple[Node, ...], composites: dict[str, Any], design: Design, catalog: Catalog
) -> None:
    """A definition under a name of the palette's, or a block that is defined nowhere, could not be used."""
    clash = sorted(name for name in composites if name in catalog.blocks and name not in design.composites)
    if clash:
        raise EditError(
            f"The pasted block {clash[0][:60]} has the name of a block in the palette. Rename it, and copy it again."
        )
    blocks: list[object] = [node.block for node in nodes]
    for definition in composites.values():
        inner = definition.get("nodes") if isinstance(definition, dict) else None
        blocks += [
            node.get("block") if isinstance(node, dict) else None
            for node in (inner if isinstance(inner, list) else ())
        ]
    for block in blocks:
        if isinstance(block, str) and not (
            block in catalog.blocks or block in design.composites or block in composites
        ):
            raise EditError(
                f"The pasted blocks use {block[:60]}, which neither this app nor this design has. "
                "Copy them again where they come from, so that its definition is copied with them."
            )


def restored(node: Node, design: Design) -> Node:
    """A pasted node with its long arguments, which never left the design, if the node that keeps them is still there.

    Such an argument was copied as `{"kept": "the id of its node"}`.
    """
    owners = {owner.id: owner for owner in design.nodes}
    params = {}
    for name, value in node.params.items():
        if not _is_kept(value):
            params[name] = value
        elif value["kept"] in owners and name in owners[value["kept"]].params:
            params[name] = owners[value["kept"]].params[name]
    return node.model_copy(update={"params": params})


def _is_kept(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"kept"} and isinstance(value["kept"], str)

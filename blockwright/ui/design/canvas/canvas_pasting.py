"""What is pasted on the canvas, and what a copy takes along. Pasted text was written by anybody and is checked."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import ValidationError

from blockwright.design.composites import used_in
from blockwright.design.edits import EditError
from blockwright.schema.catalog import Catalog
from blockwright.schema.design import Design, Node

MOST = 500
LARGEST = 100_000
"""Characters of a definition that a copy takes along."""


def pasted(
    deed: dict[str, Any], design: Design, known: Catalog | None
) -> tuple[list[Any], dict[str, Any] | None]:
    """The nodes of a deed and the definitions that came with them, or EditError for what is neither."""
    nodes = deed.get("nodes")
    if not isinstance(nodes, list) or not nodes or len(nodes) > MOST:
        raise EditError(f"Between 1 and {MOST} blocks can be pasted at once.")
    nodes = restored(nodes, design)
    for number, one in enumerate(nodes, 1):
        try:
            Node.model_validate(one)
        except ValidationError as error:
            problem = error.errors(include_url=False)[0]
            place = ".".join(str(step) for step in problem["loc"])[:60] or "the block"
            raise EditError(
                f"What was pasted is no block: in number {number}, {place}: {problem['msg'][:120]}."
            ) from None
    composites = deed.get("composites")
    if composites is not None and not isinstance(composites, dict):
        raise EditError("Pasted blocks of their own are definitions, each under its name.")
    _refuse_strangers(nodes, composites or {}, design, known)
    return nodes, composites


def _refuse_strangers(nodes: list[Any], given: dict[str, Any], design: Design, known: Catalog | None) -> None:
    """A definition under a name of the palette's, or a block that comes from nowhere, could not be used."""
    if known is None:
        return
    own = set(design.composites)
    clash = sorted(name for name in given if name in known.blocks and name not in own)
    if clash:
        raise EditError(
            f"The pasted block {clash[0][:60]} is called as one of the palette's. Rename it, and copy it again."
        )
    bodies = [one.get("nodes") for one in given.values() if isinstance(one, dict)]
    inner = [node for body in bodies if isinstance(body, list) for node in body]
    for node in [*nodes, *inner]:
        block = node.get("block") if isinstance(node, dict) else None
        if isinstance(block, str) and block not in known.blocks and block not in own and block not in given:
            raise EditError(
                f"What was pasted uses the block {block[:60]}, which neither this app nor this design has. "
                "Copy it again where it comes from, so that what it is made of comes along."
            )


def definitions(design: Design, chosen: Sequence[str], held: dict[str, Any]) -> dict[str, Any]:
    """What a copy of the chosen nodes must take along: a fact for each of the design's own blocks.

    A definition travels to the browser when a node that uses it is chosen, and stays there (`held` is what the browser
    holds) until it changes. None stands for one that is not there, False for one that is too large to be copied.
    """
    blocks = {node.id: node.block for node in design.nodes}
    waiting = [blocks[one] for one in chosen if one in blocks]
    used: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in design.composites and name not in used:
            used.add(name)
            waiting += used_in(design.composites[name], design.composites)
    facts: dict[str, Any] = {}
    for name, composite in design.composites.items():
        fact = f"made of {name}"
        kept = held.get(fact)
        facts[fact] = None
        if name in used or kept is not None:
            document = composite.document()
            small = len(json.dumps(document, default=str)) <= LARGEST
            now = document if small else False
            facts[fact] = now if name in used or now == kept else None
    gone = [fact for fact in held if fact.startswith("made of ") and fact not in facts]
    return facts | dict.fromkeys(gone)


def restored(documents: Iterable[Any], design: Design) -> list[Any]:
    """Pasted nodes with the long arguments, which never left the design, put back where their node is still there."""
    by_id = {node.id: node for node in design.nodes}
    full = []
    for document in documents:
        params = document.get("params") if isinstance(document, dict) else None
        if isinstance(params, dict):
            kept = {}
            for name, value in params.items():
                owner = by_id.get(value.get("kept")) if _is_kept(value) else None
                if owner is not None and name in owner.params:
                    kept[name] = owner.params[name]
                elif not _is_kept(value):
                    kept[name] = value
            document = {**document, "params": kept}
        full.append(document)
    return full


def _is_kept(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"kept"} and isinstance(value["kept"], str)

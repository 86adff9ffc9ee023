"""What a node may read, in words: inputs, nodes, and the second results of those that give several."""

from collections.abc import Iterable

from blockwright.schema.catalog import Catalog
from blockwright.schema.design import Design, Node, port
from blockwright.ui.design.description import Description


def called(source: str, ids: Iterable[str]) -> str:
    """A source as people read it: 'lstm, result 2' for "lstm/1"."""
    name, number = port(ids, source)
    return f"{name}, result {number + 1}" if number else name


def result_count(node: Node, known: Catalog | None, about: dict | None) -> int:
    """How many results a node gives: as declared, as the service found, or as its arguments let expect."""
    kind = known.blocks.get(node.block) if known else None
    if kind is not None and kind.outputs is not None:
        return kind.outputs
    shapes = (about or {}).get("output_shapes")
    if shapes:
        return len(shapes)
    return 3 if node.params.get("return_state") is True else 1


def sources_of(design: Design, known: Catalog | None, description: Description) -> list[str]:
    """Everything that can be read in a design, in order: each input, and each result of each node."""
    found = [one.id for one in design.inputs]
    ids = design.ids()
    for node in design.nodes:
        found.append(node.id)
        count = result_count(node, known, description.nodes.get(node.id))
        found += [f"{node.id}/{number}" for number in range(1, count) if f"{node.id}/{number}" not in ids]
    return found

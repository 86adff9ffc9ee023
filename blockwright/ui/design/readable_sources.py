"""What can be an input of a node, in words: network inputs, and every result of every node."""

from collections.abc import Container

from blockwright.schema.catalog import Catalog
from blockwright.schema.description import NodeDescription
from blockwright.schema.design import Design, Node, port
from blockwright.ui.design.description import Description


def called(source: str, ids: Container[str]) -> str:
    """A source as people read it: 'lstm, result 2' for "lstm/1"."""
    name, number = port(ids, source)
    return f"{name}, result {number + 1}" if number else name


def result_count(node: Node, catalog: Catalog | None, description: NodeDescription | None) -> int:
    """How many results a node gives: as declared, as described by the service, or as its arguments let expect."""
    block_type = catalog.blocks.get(node.block) if catalog else None
    if block_type is not None and block_type.outputs is not None:
        return block_type.outputs
    if description is not None and "output_shapes" in description:
        return len(description["output_shapes"])
    return 3 if node.params.get("return_state") is True else 1


def sources_of(design: Design, catalog: Catalog | None, description: Description) -> list[str]:
    """Everything that can be an input of a node, in order: each network input, and each result of each node."""
    sources = [entry.id for entry in design.inputs]
    ids = design.ids()
    for node in design.nodes:
        count = result_count(node, catalog, description.nodes.get(node.id))
        further = [f"{node.id}/{number}" for number in range(1, count)]
        sources += [node.id, *(source for source in further if source not in ids)]
    return sources

"""Edits of the positions of nodes and inputs on the canvas, in pixels."""

from typing import Literal

from pydantic import StrictStr

from blockwright.design.edits.edit import BaseEdit
from blockwright.design.edits.edit_helpers import EditError, find_node, validated
from blockwright.schema.design import Design, Position


class PlaceNode(BaseEdit):
    """Move a node or an input to `[x, y]` on the canvas; None leaves its position to the layout."""

    op: Literal["place"] = "place"
    label_format = "Move {node}"
    node: StrictStr
    at: Position | None

    def apply(self, design: Design) -> Design:
        return _with_positions(design, {self.node: self.at})


class PlaceMany(BaseEdit):
    """Move nodes and inputs to their `[x, y]` on the canvas."""

    op: Literal["place_many"] = "place_many"
    label_format = "Move {places}"
    places: dict[StrictStr, Position]

    def apply(self, design: Design) -> Design:
        if not self.places:
            raise EditError("`places` must name at least one block.")
        return _with_positions(design, dict(self.places))


class Arrange(BaseEdit):
    """Leave the position of every node and input to the layout."""

    op: Literal["arrange"] = "arrange"
    label_format = "Arrange everything"

    def apply(self, design: Design) -> Design:
        return _with_positions(design, dict.fromkeys(design.ids()))


def _with_positions(design: Design, positions: dict[str, Position | None]) -> Design:
    inputs = tuple(
        entry.model_copy(update={"at": positions[entry.id]}) if entry.id in positions else entry
        for entry in design.inputs
    )
    for name in positions.keys() - {entry.id for entry in inputs}:
        find_node(design, name)
    nodes = tuple(
        node.model_copy(update={"at": positions[node.id]}) if node.id in positions else node
        for node in design.nodes
    )
    return validated(design, inputs=inputs, nodes=nodes)

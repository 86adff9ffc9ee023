"""Edits of where nodes and inputs lie on the canvas, in pixels."""

from typing import Literal

from pydantic import StrictStr

from blockwright.design.edits.edit import BaseEdit, listing
from blockwright.design.edits.edit_helpers import EditError, find, made
from blockwright.schema.design import Design, Place


class PlaceNode(BaseEdit):
    """Put a node or an input at `[x, y]` of the canvas; None leaves it to the layout."""

    op: Literal["place"] = "place"
    node: StrictStr
    at: Place | None

    def apply(self, design: Design) -> Design:
        return _placed(design, {self.node: self.at})

    @property
    def label(self) -> str:
        return f"Place {self.node}"


class PlaceMany(BaseEdit):
    """Put nodes and inputs at their `[x, y]` of the canvas."""

    op: Literal["place_many"] = "place_many"
    places: dict[StrictStr, Place]

    def apply(self, design: Design) -> Design:
        if not self.places:
            raise EditError("No block to place was named.")
        return _placed(design, dict(self.places))

    @property
    def label(self) -> str:
        return f"Place {listing(list(self.places))}"


class Arrange(BaseEdit):
    """Leave the position of every node and input to the layout."""

    op: Literal["arrange"] = "arrange"

    def apply(self, design: Design) -> Design:
        return _placed(design, dict.fromkeys(design.ids()))

    @property
    def label(self) -> str:
        return "Arrange everything"


def _placed(design: Design, places: dict[str, Place | None]) -> Design:
    inputs = tuple(
        entry.model_copy(update={"at": places[entry.id]}) if entry.id in places else entry
        for entry in design.inputs
    )
    for name in places.keys() - {entry.id for entry in inputs}:
        find(design, name)
    nodes = tuple(
        node.model_copy(update={"at": places[node.id]}) if node.id in places else node
        for node in design.nodes
    )
    return made(design, inputs=inputs, nodes=nodes)

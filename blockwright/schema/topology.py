"""The shape of a network as its thumbnail draws it."""

from pydantic import BaseModel, ConfigDict


class Topology(BaseModel):
    """Parts in columns from the inputs to the outputs, and the connections between neighbouring columns.

    Attributes:
        parts: by category, where its parts lie: (column, half rows below the middle).
        wires: (column in which it begins, half rows there, half rows in the next column).
    """

    model_config = ConfigDict(frozen=True)

    parts: dict[str, list[tuple[int, int]]]
    wires: list[tuple[int, int, int]]

"""A node on its way into a design: its block, its arguments, and the wires that it reads, as the file names them."""

from dataclasses import dataclass, field
from typing import Any

from blockwright.modeling.importing.calls import Wire


@dataclass
class Draft:
    """What a layer or an operation becomes. `reads` are wires of the file, `results` how many values it gives.

    `takes` is how many it must read, where that is not the catalog's to say.
    """

    block: str
    params: dict[str, Any] = field(default_factory=dict)
    reads: list[Wire] = field(default_factory=list)
    results: int = 1
    ranks: list[int | None] = field(default_factory=lambda: [None])
    takes: int = 1

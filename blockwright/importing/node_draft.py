"""Nodes on their way into a design: their blocks, arguments, and the wires that they read, as the file names them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from blockwright.importing.file.calls import Wire


@dataclass(frozen=True)
class Inner:
    """What the part of that number gives, of a draft that has several."""

    part: int


@dataclass
class Draft:
    """What a layer or an operation becomes. `reads` are wires of the file, `results` how many values it gives.

    Attributes:
        takes: how many it must read, where that is not the catalog's to say.
        before: the parts whose nodes stand before it, where it takes several nodes to do the same.
        gives: the parts that give its results, where that is not its own node alone.
        trainable: whether training changes its weights.
        bare: whether what it reads must come without masks.
        masked: whether each result may carry a mask.
    """

    block: str
    params: dict[str, Any] = field(default_factory=dict)
    reads: Sequence[Wire | Inner] = ()
    results: int = 1
    ranks: list[int | None] = field(default_factory=lambda: [None])
    takes: int = 1
    before: list["Draft"] = field(default_factory=list)
    gives: list[Inner] | None = None
    trainable: bool = True
    bare: bool = False
    masked: list[bool] = field(default_factory=list)


class Chain:
    """Several nodes that together do what one operation does; the last one stands for it."""

    def __init__(self) -> None:
        self.parts: list[Draft] = []

    def add(self, block: str, *reads: Wire | Inner, **params: Any) -> Inner:
        """One more node; what it gives."""
        self.parts.append(Draft(block, params, list(reads)))
        return Inner(len(self.parts) - 1)

    def draft(self, *gives: Inner) -> Draft:
        """The whole. `gives` are its results where it has several; otherwise the last node gives the only one."""
        last = self.parts[-1]
        last.before = self.parts[:-1]
        if gives:
            last.gives, last.results = list(gives), len(gives)
        return last

"""Nodes on their way into a design: their blocks, arguments, and the tensors of the file that they read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from blockwright.importing.file.calls import TensorRef


@dataclass(frozen=True)
class PartRef:
    """The output of the part with that number, of an operation that takes several nodes."""

    part: int


@dataclass
class NodeDraft:
    """What a call of a layer or an operation becomes.

    Attributes:
        reads: the tensors of the file, or outputs of preceding parts, that it reads.
        num_results: how many tensors it outputs.
        ranks: how many dimensions each result has, None where that is not known.
        masked: whether each result may carry a mask.
        num_inputs: how many tensors a nested model must be called with.
        preceding: the parts whose nodes stand before it, where several nodes do the same as the operation.
        results: the parts that output its results, where that is not its own node alone.
        trainable: whether training changes its weights.
        drops_masks: whether it must read its inputs without masks.
    """

    block: str
    params: dict[str, Any] = field(default_factory=dict)
    reads: Sequence[TensorRef | PartRef] = ()
    num_results: int = 1
    ranks: list[int | None] = field(default_factory=lambda: [None])
    masked: list[bool] = field(default_factory=list)
    num_inputs: int = 1
    preceding: list["NodeDraft"] = field(default_factory=list)
    results: list[PartRef] | None = None
    trainable: bool = True
    drops_masks: bool = False


class NodeChain:
    """Several nodes that together do what one operation does; the last one stands for it."""

    def __init__(self) -> None:
        self.parts: list[NodeDraft] = []

    def add(self, block: str, *reads: TensorRef | PartRef, **params: Any) -> PartRef:
        """Append a node; returns a reference to its output."""
        self.parts.append(NodeDraft(block, params, list(reads)))
        return PartRef(len(self.parts) - 1)

    def draft(self, *results: PartRef) -> NodeDraft:
        """The whole chain. `results` are its outputs where it has several; otherwise the last node has the only one."""
        last = self.parts[-1]
        last.preceding = self.parts[:-1]
        if results:
            last.results, last.num_results = list(results), len(results)
        return last

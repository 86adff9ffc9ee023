"""What the conversion of one model gives: the content of a design or of a composite block."""

from dataclasses import dataclass, field
from typing import Any

from blockwright.importing.file.inputs import ModelInput


@dataclass
class ConvertedModel:
    """The inputs, nodes and outputs of a design or a composite block.

    Attributes:
        output_ranks: how many dimensions each output has, None where that is not known.
        output_masks: whether each output may carry a mask.
    """

    inputs: list[ModelInput] = field(default_factory=list)
    nodes: list[dict[str, Any]] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    output_ranks: list[int | None] = field(default_factory=list)
    output_masks: list[bool] = field(default_factory=list)

    def graph(self) -> dict[str, Any]:
        """The keys `nodes` and `outputs` of a document; the latter is left out where it would name the last node."""
        last = [self.nodes[-1]["id"]] if self.nodes else None
        return {"nodes": self.nodes, **({} if self.outputs == last else {"outputs": self.outputs})}

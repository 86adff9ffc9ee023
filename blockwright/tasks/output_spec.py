"""An output of a design and the target that it is to learn: what a task checks."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from blockwright.design.edits.insertions import append_layers
from blockwright.design.output_activation import last_activation, owner_of
from blockwright.design.wiring import Wiring, partial_wiring
from blockwright.layers import SPECS
from blockwright.recipe.losses import AUTO, loss_name
from blockwright.schema.data.features import Target
from blockwright.schema.design import Design, Node
from blockwright.schema.rules import Edits
from blockwright.schema.text import shape_text


@dataclass(frozen=True)
class OutputSpec:
    """An output of a design and the target that it is to learn.

    Attributes:
        design: the design; its wires must be right.
        output: the output's id, as the design writes it.
        shape: the shape of what it outputs for one example, without batch.
        target: what it is to learn.
        loss: the setting: the Keras name of a loss, with arguments after a colon, or `auto`.
        value_range: the smallest and the largest value of its target as it is trained on; None where the data was not
            loaded, and what depends on it is then not checked.
        is_expected: whether the target is only what most designs learn, because no data was chosen yet.
        label_smoothing: the setting; 0 for none.
    """

    design: Design
    output: str
    shape: tuple[int | None, ...]
    target: Target
    loss: str = AUTO
    value_range: tuple[float, float] | None = None
    is_expected: bool = False
    label_smoothing: float = 0.0

    @cached_property
    def activation(self) -> str:
        """The last activation on the way to the output, by its Keras name; `linear` for none."""
        return last_activation(self.design, self.output, self.wires)

    @property
    def loss_name(self) -> str:
        """The setting of the loss without arguments."""
        return loss_name(self.loss)

    @cached_property
    def wires(self) -> Wiring:
        """How the nodes of the design are wired."""
        return partial_wiring(self.design)

    @cached_property
    def last(self) -> Node:
        """The last node on the way to the output that is switched on."""
        path = self._path()
        first = next(path)
        return first if first.enabled else next((node for node in path if node.enabled), first)

    @cached_property
    def deciding(self) -> Node:
        """The node that decides how many values the output has: the last one before activations and the like."""
        path = (node for node in self._path() if node.enabled)
        return next((node for node in path if not _keeps_size(node.block)), self.last)

    def _path(self) -> Iterator[Node]:
        """The nodes from the output up, along the first input of each."""
        node_id = self.wires.node_of(self.output)
        while node_id in self.wires.reads:
            yield self.design.node(node_id)
            sources = self.wires.reads[node_id]
            node_id = self.wires.node_of(sources[0]) if sources else ""

    @property
    def units(self) -> int:
        """How many values an example has."""
        return math.prod(size or 0 for size in self.shape)

    @property
    def name(self) -> str:
        """The last node as messages call it: `` `Dense` "head" ``."""
        return self.name_of(self.last)

    def name_of(self, node: Node) -> str:
        """A node as messages call it."""
        return f'`{node.block}` "{node.id}"'

    @property
    def shape_text(self) -> str:
        """What it outputs in words: `8 x 8 x 10 values per example`."""
        return f"{shape_text(self.shape)} values per example"

    @property
    def range_text(self) -> str:
        """The range of its target's values in words."""
        low, high = self.value_range or (0.0, 0.0)
        return f'"{self.target.name}" goes from {low:g} to {high:g}'

    def set_activation(self, activation: str) -> Edits:
        """Edits that let the output end in that activation, in place of the one that its last node has."""
        last, block = self.last, self.last.block
        if block in SPECS and SPECS[block].activation is not None:
            edit = {
                "op": "replace",
                "node": last.id,
                "block": "Activation",
                "params": {"activation": activation},
            }
            return [edit]
        owner = owner_of(self.design, last)
        declared = block in SPECS and SPECS[block].param("activation") is not None
        if declared or "activation" in owner.params:
            return [{"op": "set", "node": owner.id, "params": {"activation": activation}}]
        return append_layers(self.design, self.output, [("Activation", {"activation": activation})])


def _keeps_size(block: str) -> bool:
    return block in SPECS and SPECS[block].keeps_size

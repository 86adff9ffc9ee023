"""The functional graph of a design, and which node each of its layers came from; no weights are made."""

from collections.abc import Collection
from dataclasses import dataclass

import keras

from blocks._shapes import without_weights
from blockwright.network.describe import describe_sound
from blockwright.network.model import DesignedModel
from blockwright.rules.sizes import SizeRule
from blockwright.schema.design import Design
from blockwright.schema.rules import every_rule


@dataclass(frozen=True)
class DesignGraph:
    """A graph to look at, not to run: its weights are counted but not made.

    Attributes:
        graph: the functional model, at block level or with blocks opened.
        design: the design it came from.
        ids: for each Keras name of a node or input, the id that people typed.
    """

    graph: keras.Model
    design: Design
    ids: dict[str, str]

    def spoken(self, layer_name: str) -> str:
        """The name of a layer as people typed it, with the part of a block behind a dot."""
        node, dot, part = layer_name.partition(".")
        return self.ids.get(node, node) + dot + part


def design_graph(design: Design, expanded: bool | Collection[str] = False) -> DesignGraph:
    """Build the graph of a design for its picture or its summary; `expanded` as in `DesignedModel.build_graph`.

    Raises `DesignError` with every error but those about the size of the machine, which do not matter here.
    """
    describe_sound(design, ignored={rule.code for rule in every_rule(SizeRule)})
    with without_weights():
        model = DesignedModel(design)
        graph = model.build_graph(expanded)
    ids = [*(entry.id for entry in design.inputs), *(node.id for node in design.nodes)]
    return DesignGraph(graph, design, {model.layer_name(node_id): node_id for node_id in ids})

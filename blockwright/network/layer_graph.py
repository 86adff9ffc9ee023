"""A design laid out as layers: what a model and a design's own blocks have in common."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import keras

from blockwright.design.structure import Wiring, partial_wiring
from blockwright.inference.catalog import catalog_of, make_layer
from blockwright.inference.layer_call import call_layer
from blockwright.inference.naming import layer_names
from blockwright.schema.catalog import Catalog
from blockwright.schema.design import Design, Node, port


@dataclass(frozen=True)
class Layout:
    """Which layers a design has and how values go through them.

    Attributes:
        names: the Keras name of every node and input, without what stands before it inside a block.
        places: for every node that is on, where its layers stand in the list of parts: several for a repeated node,
            and another node's for one that shares its weights.
        frozen: where the layers stand whose weights training leaves as they are.
    """

    design: Design
    wires: Wiring
    known: Catalog
    names: dict[str, str]
    places: dict[str, tuple[int, ...]]
    frozen: frozenset[int] = frozenset()

    def run(self, parts: Sequence[keras.layers.Layer], inputs: Iterable[Any]) -> list[Any]:
        """The results of the network on one value for each of its inputs; `parts` are its layers."""
        values = dict(zip((one.id for one in self.design.inputs), inputs, strict=True))
        nodes = {node.id: node for node in self.design.nodes}
        for node_id in self.wires.order:
            read = [self._value(values, source) for source in self.wires.reads[node_id]]
            places = self.places.get(node_id)
            if places is None:
                values[node_id] = read[0]
                continue
            node = nodes[node_id]
            params = nodes[node.shares].params if node.shares is not None else node.params
            for place in places:
                read = [call_layer(parts[place], self.known.blocks[node.block], params, read)]
                if place in self.frozen:
                    freeze(parts[place])
            values[node_id] = read[0]
        return [self._value(values, source) for source in self.wires.outputs]

    def _value(self, values: dict[str, Any], source: str) -> Any:
        node_id, number = port(values, source)
        value = values[node_id]
        return value[number] if isinstance(value, list | tuple) else value


def lay_out(
    design: Design, dtype: Any, prefix: str = "", final_dtype: Any = None
) -> tuple[Layout, list[keras.layers.Layer]]:
    """Make the layers of a sound design, in the order in which they run.

    Args:
        design: its wiring and arguments must be right.
        dtype: the policy that the layers compute by.
        prefix: stands before the name of every layer.
        final_dtype: the policy of the layers that give the outputs, where it is another.
    """
    wires = partial_wiring(design)
    known = catalog_of(design)
    names = layer_names([*(one.id for one in design.inputs), *(one.id for one in design.nodes)])
    last = last_working(design, wires) if final_dtype is not None else set()
    nodes = {node.id: node for node in design.nodes}
    parts: list[keras.layers.Layer] = []
    places: dict[str, tuple[int, ...]] = {}
    # In running order: the seed hands out initial weights in the order in which layers are made.
    for node_id in wires.order:
        node = nodes[node_id]
        if not node.enabled:
            continue
        owner = node.shares or node_id
        if owner in places:
            places[node_id] = places[owner]
            continue
        policy = final_dtype if node_id in last else dtype
        made = _make(design, known, nodes[owner], prefix + names[owner], policy)
        places[node_id] = tuple(range(len(parts), len(parts) + len(made)))
        places[owner] = places[node_id]
        parts += made
    places = {node_id: found for node_id, found in places.items() if nodes[node_id].enabled}
    frozen = frozenset(
        place
        for node_id, found in places.items()
        for place in found
        if not nodes[nodes[node_id].shares or node_id].trainable
    )
    for place in frozen:
        freeze(parts[place])
    return Layout(design, wires, known, names, places, frozen), parts


def freeze(layer: keras.layers.Layer) -> None:
    """Let training leave all weights of a layer as they are.

    Keras hands `trainable` on to parts only when it changes, and attention makes parts of its own when it is built, so
    this is due once more behind that.
    """
    if layer.trainable or any(weight.trainable for weight in layer.weights):
        layer.trainable = True
        layer.trainable = False


def last_working(design: Design, wires: Wiring) -> set[str]:
    """The nodes whose results the network gives, seen through those that are switched off."""
    off = {node.id for node in design.nodes if not node.enabled}
    found = set()
    for output in wires.outputs:
        node_id = wires.node_of(output)
        while node_id in off:
            node_id = wires.node_of(wires.reads[node_id][0])
        found.add(node_id)
    return found


def _make(design: Design, known: Catalog, node: Node, name: str, dtype: Any) -> list[keras.layers.Layer]:
    from blockwright.network.composite import make_composite

    names = [name] if node.repeat == 1 else [f"{name}.{number}" for number in range(1, node.repeat + 1)]
    if known.blocks[node.block].origin == "design":
        return [make_composite(design, node.block, node.params, name=one, dtype=dtype) for one in names]
    return [make_layer(node.block, node.params, name=one, dtype=dtype) for one in names]

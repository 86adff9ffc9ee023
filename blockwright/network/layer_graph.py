"""A design as Keras layers: the layers of a model, and a design's composite blocks as layers themselves."""

import types
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import keras
import numpy as np

from blocks.base import expands
from blockwright.design.composites import opened, used_in
from blockwright.design.structure import checked_wiring
from blockwright.design.wiring import Wiring, partial_wiring
from blockwright.inference.catalog import catalog_of, make_layer
from blockwright.inference.layer_call import call_layer
from blockwright.inference.naming import layer_names
from blockwright.schema.design import Composite, Design, Node, port


class LayerGraph:
    """The layers of a design, and how values go through them.

    Args:
        design: its wiring and arguments must be right.
        dtype: the policy that the layers compute by.
        prefix: stands before the name of every layer.
        final_dtype: the policy of the layers that give the outputs; None for that of the others.

    Attributes:
        names: the Keras name of every node and input, without the prefix.
        layers: in running order, because the seed gives out initial weights in the order in which layers are made.
    """

    def __init__(self, design: Design, dtype: Any, prefix: str = "", final_dtype: Any = None) -> None:
        self._inputs = [entry.id for entry in design.inputs]
        self._nodes = {node.id: node for node in design.nodes}
        self._wires = partial_wiring(design)
        self._blocks = catalog_of(design).blocks
        self.names = layer_names([*self._inputs, *self._nodes])
        self.layers: list[keras.layers.Layer] = []
        self._positions: dict[str, range] = {}
        final = set() if final_dtype is None else _output_nodes(design, self._wires)
        for node_id in self._wires.order:
            owner = self._owner(node_id)
            if self._nodes[node_id].enabled and owner.id not in self._positions:
                policy = final_dtype if node_id in final else dtype
                layers = self._make(design, owner, prefix + self.names[owner.id], policy)
                self._positions[owner.id] = range(len(self.layers), len(self.layers) + len(layers))
                self.layers += layers
        self._freeze_all()

    def layers_of(self, node_id: str) -> Sequence[keras.layers.Layer]:
        """The layers of a node: several for a repeated node, another node's for one that shares its weights.

        KeyError for a node that is switched off or not there.
        """
        if not self._nodes[node_id].enabled:
            raise KeyError(node_id)
        positions = self._positions[self._owner(node_id).id]
        return self.layers[positions.start : positions.stop]

    def run(self, inputs: Iterable[Any]) -> list[Any]:
        """The outputs for one value for each input."""
        values = dict(zip(self._inputs, inputs, strict=True))
        self.run_nodes(values, self._wires.order)
        return self.outputs(values)

    def run_after(self, values: Mapping[str, Any], nodes: Collection[str]) -> list[Any]:
        """The outputs, without running some nodes, for the values that the other nodes read of inputs and of these."""
        known = dict(values)
        self.run_nodes(known, [node_id for node_id in self._wires.order if node_id not in nodes])
        return self.outputs(known)

    def outputs(self, values: Mapping[str, Any]) -> list[Any]:
        """The outputs among the values of all nodes and inputs."""
        return [_value(values, source) for source in self._wires.outputs]

    def run_nodes(self, values: dict[str, Any], nodes: Iterable[str]) -> None:
        """Add the values of nodes, in running order, to those of what they read."""
        for node_id in nodes:
            read = [_value(values, source) for source in self._wires.reads[node_id]]
            if self._nodes[node_id].enabled:
                owner = self._owner(node_id)
                for layer in self.layers_of(node_id):
                    read = [call_layer(layer, self._blocks[owner.block], owner.params, read)]
                    if not owner.trainable:
                        freeze(layer)
            values[node_id] = read[0]

    def _owner(self, node_id: str) -> Node:
        """The node whose layers a node uses: itself, or the one whose weights it shares."""
        node = self._nodes[node_id]
        return node if node.shares is None else self._nodes[node.shares]

    def _make(self, design: Design, node: Node, name: str, dtype: Any) -> list[keras.layers.Layer]:
        names = [name] if node.repeat == 1 else [f"{name}.{number}" for number in range(1, node.repeat + 1)]
        if self._blocks[node.block].origin == "design":
            return [make_composite(design, node.block, node.params, name=each, dtype=dtype) for each in names]
        return [make_layer(node.block, node.params, name=each, dtype=dtype) for each in names]

    def _freeze_all(self) -> None:
        for owner, positions in self._positions.items():
            if not self._nodes[owner].trainable:
                for position in positions:
                    freeze(self.layers[position])


def _value(values: Mapping[str, Any], source: str) -> Any:
    node_id, number = port(values, source)
    value = values[node_id]
    return value[number] if isinstance(value, list | tuple) else value


def _output_nodes(design: Design, wires: Wiring) -> set[str]:
    """The nodes whose results the network gives, seen through those that are switched off."""
    disabled = {node.id for node in design.nodes if not node.enabled}
    nodes = set()
    for output in wires.outputs:
        node_id = wires.node_of(output)
        while node_id in disabled:
            node_id = wires.node_of(wires.reads[node_id][0])
        nodes.add(node_id)
    return nodes


def freeze(layer: keras.layers.Layer) -> None:
    """Let training leave all weights of a layer as they are.

    Keras passes `trainable` on to parts only when it changes, and attention makes parts of its own when it is built,
    so this has to be done again after that.
    """
    if layer.trainable or any(weight.trainable for weight in layer.weights):
        layer.trainable = True
        layer.trainable = False


class CompositeLayer(keras.layers.Layer):
    """A block that a design defines: nodes wired as its definition says. Every block has a subclass of its own.

    Args:
        block: the name of the block.
        composites: its definition and those of the blocks that it uses, by name.
        params: its arguments; those left out have their defaults.

    The weights of the parts are tracked like those of any layer. Within `blocks.base.expanded` a call on symbolic
    tensors leaves no mark of the block, only of its parts.
    """

    def __init__(
        self,
        block: str,
        composites: Mapping[str, Composite | dict[str, Any]],
        params: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._block = block
        self._params = dict(params or {})
        self._design = _definitions(block, composites)
        self.supports_masking = True
        inside = opened(self._design, block, self._params)
        self._several_inputs = len(inside.inputs) > 1
        self._layer_graph = LayerGraph(inside, self.dtype_policy, prefix=f"{self.name}.")
        self.parts = self._layer_graph.layers
        if not self.trainable:  # type: ignore[has-type]
            self.trainable = True
            freeze(self)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if expands(self) and all(keras.utils.is_keras_tensor(tensor) for tensor in keras.tree.flatten(args)):
            return self.call(*args)
        return super().__call__(*args, **kwargs)

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Run the block on one value, or on a list of them where it has several inputs."""
        outputs = self._layer_graph.run(inputs if self._several_inputs else [inputs])
        return outputs if len(outputs) > 1 else outputs[0]

    def layers_of(self, node_id: str) -> Sequence[keras.layers.Layer]:
        """The layers of a node inside, see `LayerGraph.layers_of`."""
        return self._layer_graph.layers_of(node_id)

    def build(self, input_shape: Any) -> None:
        """Nothing: the parts are built as the first call runs through them.

        What Keras does without this is to run the block once more to build it, each block inside once more again.
        """

    def compute_mask(self, inputs: Any, previous_mask: Any) -> None:
        """None: the parts pass a mask on or drop it, as they do when they stand alone."""

    def save_own_variables(self, store: Any) -> None:
        """The boundaries that layers inside have learned, which Keras saves nowhere for the parts of a block."""
        for key, layer in self._learned_boundaries():
            if layer.bin_boundaries is not None:
                store[key] = np.asarray(layer.bin_boundaries, "float64")

    def load_own_variables(self, store: Any) -> None:
        """What `save_own_variables` saved; files of older versions hold nothing of it."""
        saved = set(store.keys())
        for key, layer in self._learned_boundaries():
            if key in saved:
                layer.bin_boundaries = np.asarray(store[key]).tolist()

    def _learned_boundaries(self) -> list[tuple[str, keras.layers.Discretization]]:
        """The layers that learn boundaries, each with the name that these have in a file."""
        return [
            (f"bounds_{position}", layer)
            for position, layer in enumerate(self._layer_graph.layers)
            if isinstance(layer, keras.layers.Discretization) and layer.num_bins is not None
        ]

    def get_config(self) -> dict[str, Any]:
        """The definition and the arguments, beside what every layer saves."""
        definitions = {name: definition.document() for name, definition in self._design.composites.items()}
        return {
            **super().get_config(),
            "block": self._block,
            "composites": definitions,
            "params": self._params,
        }

    def get_build_config(self) -> None:
        """None: a file that is loaded calls the block, and that builds it with its parts."""

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "CompositeLayer":
        """The layer of a config that `get_config` gave; `DesignError` where its definitions are wrong."""
        checked_wiring(_definitions(config["block"], config["composites"]).body(config["block"]))
        return composite_class(config["block"])(**config)


def _definitions(block: str, composites: Mapping[str, Composite | dict[str, Any]]) -> Design:
    """A design that holds only definitions of blocks."""
    definitions = {
        name: definition if isinstance(definition, Composite) else Composite.model_validate(definition)
        for name, definition in composites.items()
    }
    return Design.model_construct(name=block, inputs=(), nodes=(), composites=definitions)


@cache
def composite_class(block: str) -> type[CompositeLayer]:
    """The class of a block of this name, so that summaries and pictures call it by its name."""
    subclass = types.new_class(
        block, (CompositeLayer,), exec_body=lambda members: members.update(__module__=__name__)
    )
    return keras.saving.register_keras_serializable(package="blockwright.own")(subclass)


def make_composite(design: Design, block: str, params: Mapping[str, Any], **kwargs: Any) -> CompositeLayer:
    """The layer of a block that the design defines; `kwargs` are Keras's own, such as `name` and `dtype`."""
    needed: dict[str, Composite] = {}
    waiting = [block]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed[name] = design.composites[name]
            waiting += used_in(needed[name], design.composites)
    return composite_class(block)(block, needed, params, **kwargs)

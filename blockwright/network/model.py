"""From a design to a Keras model."""

import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

import keras

from blocks.base import expanded as opened
from blockwright.design.argument_rules import check_arguments
from blockwright.design.composite_catalog import check_bodies
from blockwright.design.leading_preprocessing import leading_preprocessing
from blockwright.design.parse import read_design
from blockwright.design.structure import checked_wiring
from blockwright.inference.catalog import catalog, catalog_of
from blockwright.inference.layer_call import marks_padding
from blockwright.inference.naming import layer_names
from blockwright.layers import names_with
from blockwright.network.describe import describe_sound
from blockwright.network.layer_graph import LayerGraph
from blockwright.schema.design import Design
from blockwright.schema.findings import DesignError


@contextmanager
def _deep(layers: int) -> Iterator[None]:
    """Room for a chain of that many layers: Keras follows a graph by recursion, a few calls for each layer."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(before + 10 * layers)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


_PREPROCESSED = "preprocessed:"


def _is_preprocessed(inputs: Any) -> bool:
    """Whether these are values that `DesignedModel.preprocess` returned."""
    return isinstance(inputs, dict) and all(str(name).startswith(_PREPROCESSED) for name in inputs)


class _Masked:
    """Holds the graph that a network with padding and attention runs as, and that of it behind its preprocessing.

    Keras's attention takes the masks off the tensors that it reads. Layers further on that read the same tensors then
    miss them where layers are called one after the other, while in a functional graph they have been told already.
    """

    def __init__(self) -> None:
        self.graph: keras.Model | None = None
        self.rest: keras.Model | None = None


def _attends_to_padding(design: Design) -> bool:
    """Whether attention may read a sequence that is marked as padded, and others after it."""
    return marks_padding(design) and any(node.block in names_with("removes_mask") for node in design.nodes)


def build(design: Design | dict[str, Any] | str) -> "DesignedModel":
    """The network of a design, or of its JSON, as a subclassed Keras model with all its weights made.

    Raises `DesignError` with every finding that stands in the way, before anything is allocated.
    """
    design = read_design(design)
    describe_sound(design)
    model = DesignedModel(design)
    model.build()
    return model


@keras.saving.register_keras_serializable(package="blockwright")
class DesignedModel(keras.Model):
    """A network as its design says: `parts` holds one layer for each node, `call` wires them.

    Args:
        design: The design, or its document. Its wiring and arguments must be right; `build` says
            beforehand what is wrong.

    Under a 16-bit policy the layers that give the outputs compute in float32, so that softmax and loss keep
    their digits.
    """

    def __init__(self, design: Design | dict[str, Any], **kwargs: Any) -> None:
        design = read_design(design)
        checked_wiring(design)
        findings = [*check_bodies(catalog(), design), *check_arguments(catalog_of(design), design)]
        if findings:
            raise DesignError(findings)
        super().__init__(**{"name": layer_names([design.name])[design.name], **kwargs})
        self._design = design
        self._masked = _Masked()
        short = self.compute_dtype in ("float16", "bfloat16")
        self._layer_graph = LayerGraph(design, self.dtype_policy, final_dtype="float32" if short else None)
        self.parts = self._layer_graph.layers

    @property
    def design(self) -> Design:
        """The design that this network was made from."""
        return self._design

    def part(self, node_id: str) -> keras.layers.Layer:
        """The layer of a node, the first one of a repeated node; KeyError for one that is switched off or not there."""
        return self._layer_graph.layers_of(node_id)[0]

    def layers_of(self, node_id: str) -> Sequence[keras.layers.Layer]:
        """All layers of a node, see `LayerGraph.layers_of`."""
        return self._layer_graph.layers_of(node_id)

    def layer_name(self, node_id: str) -> str:
        """The name that Keras knows a node or an input by."""
        return self._layer_graph.names[node_id]

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Run the network on one tensor, or on a list or dictionary of them, one for each input.

        Keras sets `training` for a model only if its `call` names it; from there the parts learn it by themselves.
        """
        if _is_preprocessed(inputs):
            return self._after_preprocessing(inputs, training)
        values = self._listed(inputs)
        if self._masked.graph is not None and not all(map(keras.utils.is_keras_tensor, values)):
            return self._masked.graph(values if len(values) > 1 else values[0], training=training)
        outputs = self._layer_graph.run(values)
        return outputs if len(outputs) > 1 else outputs[0]

    def preprocess(self, inputs: Any) -> dict[str, Any]:
        """What the network's leading preprocessing makes of its inputs, in a form that `call` goes on with."""
        leading = leading_preprocessing(self._design)
        values = dict(zip((entry.id for entry in self._design.inputs), self._listed(inputs), strict=True))
        self._layer_graph.run_nodes(values, leading.nodes)
        return {f"{_PREPROCESSED}{name}": values[name] for name in leading.results}

    def _after_preprocessing(self, inputs: dict[str, Any], training: bool | None) -> Any:
        nodes = leading_preprocessing(self._design).nodes
        tensors = list(inputs.values())
        if self._masked.graph is not None and not all(map(keras.utils.is_keras_tensor, tensors)):
            if self._masked.rest is None:
                entries = [keras.Input(tensor.shape[1:], dtype=tensor.dtype.name) for tensor in tensors]
                named = dict(zip(inputs, entries, strict=True))
                self._masked.rest = keras.Model(entries, self._after_preprocessing(named, None))
            return self._masked.rest(tensors, training=training)
        values = {name.removeprefix(_PREPROCESSED): value for name, value in inputs.items()}
        outputs = self._layer_graph.run_after(values, nodes)
        return outputs if len(outputs) > 1 else outputs[0]

    def build(self, input_shape: Any = None) -> None:
        """Make all weights. The shapes are the design's own, so `input_shape` is not needed."""
        inputs = self._inputs()
        outputs = self.call(inputs)
        if self._masked.graph is None and _attends_to_padding(self._design):
            with _deep(len(self._flatten_layers())):
                self._masked.graph = keras.Model(inputs if len(inputs) > 1 else inputs[0], outputs)

    def build_graph(self, expanded: bool | Collection[str] = False) -> keras.Model:
        """The same layers as a functional `keras.Model`, on which `fit`, `summary` and `plot_model` work.

        With `expanded`, every block is opened into the plain Keras layers that it is made of; the weights
        stay the same ones, and the graph saves to a `.keras` file that loads without the blocks. The names of layers
        in its place open these blocks only.
        """
        inputs = self._inputs()
        names = None if isinstance(expanded, bool) else frozenset(expanded)
        with opened(names=names) if expanded else nullcontext():
            outputs = self.call(inputs)
        with _deep(len(self._flatten_layers())):
            return keras.Model(inputs if len(inputs) > 1 else inputs[0], outputs, name=self.name)

    def get_config(self) -> dict[str, Any]:
        """The design, beside what every model keeps."""
        return {**super().get_config(), "design": self._design.document()}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> "DesignedModel":
        """The model of a config that `get_config` gave."""
        return cls(**config)

    def _inputs(self) -> list[Any]:
        return [
            keras.Input(entry.shape, dtype=entry.dtype, name=self.layer_name(entry.id))
            for entry in self._design.inputs
        ]

    def _listed(self, inputs: Any) -> list[Any]:
        """The inputs in the order of the design; `ValueError` where there are fewer or more than it has."""
        names = [entry.id for entry in self._design.inputs]
        expected = f"This network has the {'inputs' if len(names) > 1 else 'input'} {', '.join(names)}."
        if isinstance(inputs, dict):
            keys = [name if name in inputs else self.layer_name(name) for name in names]
            missing = [name for name, key in zip(names, keys, strict=True) if key not in inputs]
            if missing:
                received = ", ".join(map(str, inputs)) or "none"
                raise ValueError(f"{expected} Received: {received}. Add {', '.join(missing)}.")
            return [inputs[key] for key in keys]
        values = list(inputs) if isinstance(inputs, list | tuple) else [inputs]
        if len(values) != len(names):
            raise ValueError(f"{expected} Received: {len(values)}.")
        return values

"""What is measured in a network between two epochs, on a few training examples and without a trace in its state."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf

from blockwright.tasks.base import Objective

if TYPE_CHECKING:
    from blockwright.network import DesignedModel


@dataclass(frozen=True)
class Relu:
    """How many units of a layer with ReLU are 0 for every example; `node` is the design's node that it belongs to."""

    node: str
    dead: int
    units: int


@dataclass(frozen=True)
class Gradient:
    """The size of a node's gradients: the root of the mean of their squares over its weights."""

    node: str
    size: float


@dataclass(frozen=True)
class Constant:
    """A layer that outputs one value everywhere, from inputs between `low` and `high`; `node` as in `Relu`."""

    node: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class NetworkMeasures:
    """What was measured.

    Attributes:
        normalizes_batches: whether the network has batch normalization.
        training_loss, inference_loss: the mean loss of the examples, as in training and as in validation.
        relus: the layers with ReLU.
        gradients: of the nodes with weights that are trained, in the order of the network.
        first_input: the root mean square of what the first layer with a kernel receives; None where an Embedding makes
            the values.
        constant: the first layer without ReLU whose output is the same everywhere; None where there is none.
    """

    normalizes_batches: bool
    training_loss: float
    inference_loss: float
    relus: tuple[Relu, ...] = ()
    gradients: tuple[Gradient, ...] = ()
    first_input: float | None = None
    constant: Constant | None = None

    @property
    def loses_units(self) -> bool:
        """Whether a layer has hardly any unit left that is not dead."""
        return any(relu.dead > 0.8 * relu.units for relu in self.relus)


def measure(
    model: "DesignedModel", objectives: Sequence[Objective], examples: Any, targets: Any
) -> NetworkMeasures:
    """Measure a network on one batch of training examples.

    It runs line by line, as tracing would take longer, and restores what a training step changes: moving averages, the
    state of random generators and of recurrent layers.
    """
    layers = model._flatten_layers(include_self=False)
    leaves = [layer for layer in layers if not list(layer._flatten_layers(include_self=False))]
    losses = [objective.task.keras_loss(objective) for objective in objectives]
    weights = [objective.weight for objective in objectives]

    def loss_of(outputs: Any) -> tf.Tensor:
        pairs = zip(weights, losses, _as_list(targets), _as_list(outputs), strict=True)
        return tf.add_n(
            [
                weight * tf.reduce_mean(tf.cast(loss(target, output), tf.float32))
                for weight, loss, target, output in pairs
            ]
        )

    recorded = _Recorded()
    saved = [(variable, tf.identity(variable.value)) for variable in model.non_trainable_variables]
    try:
        variables = model.trainable_variables
        with recorded.of(leaves), tf.GradientTape() as tape:
            loss = loss_of(model(examples, training=True))
        gradients = tape.gradient(loss, [variable.value for variable in variables])
    finally:
        for variable, value in saved:
            variable.assign(value)
    normalizes = any(isinstance(layer, keras.layers.BatchNormalization) for layer in leaves)
    inference_loss = float(loss_of(model(examples, training=False))) if normalizes else float(loss)
    nodes = _nodes(model)
    return NetworkMeasures(
        normalizes_batches=normalizes,
        training_loss=float(loss),
        inference_loss=inference_loss,
        relus=tuple(
            Relu(nodes.get(id(layer), layer.name), dead, units) for layer, dead, units in recorded.relus
        ),
        gradients=tuple(_gradients(model, dict(zip(map(id, variables), gradients, strict=True)))),
        first_input=None
        if any(isinstance(layer, keras.layers.Embedding) for layer in leaves)
        else recorded.first_input,
        constant=recorded.constant(nodes),
    )


class _Recorded:
    """What layers received and gave while they ran."""

    def __init__(self) -> None:
        self.relus: list[tuple[keras.layers.Layer, int, int]] = []
        self.first_input: float | None = None
        self._constant: tuple[keras.layers.Layer, float, float, float] | None = None

    def constant(self, nodes: Mapping[int, str]) -> Constant | None:
        """The first layer whose output was the same everywhere, with its node by `nodes`."""
        if self._constant is None:
            return None
        layer, value, low, high = self._constant
        return Constant(nodes.get(id(layer), layer.name), value, low, high)

    @contextmanager
    def of(self, layers: Sequence[keras.layers.Layer]) -> Iterator[None]:
        """Record these layers while the context lasts."""
        watched = [
            layer
            for layer in layers
            if _is_relu(layer)
            or hasattr(layer, "kernel")
            or isinstance(layer, keras.layers.GroupNormalization | keras.layers.LayerNormalization)
        ]
        for layer in watched:
            object.__setattr__(layer, "call", self._recording(layer, layer.call))
        try:
            yield
        finally:
            for layer in watched:
                object.__delattr__(layer, "call")

    def _recording(self, layer: keras.layers.Layer, call: Any) -> Any:
        def recording(*args: Any, **kwargs: Any) -> Any:
            if self.first_input is None and args and hasattr(layer, "kernel") and tf.is_tensor(args[0]):
                values = tf.cast(args[0], tf.float32)
                self.first_input = float(tf.sqrt(tf.reduce_mean(values * values)))
            outputs = call(*args, **kwargs)
            if _is_relu(layer) and tf.is_tensor(outputs) and outputs.shape.rank:
                largest = tf.reduce_max(outputs, axis=list(range(outputs.shape.rank - 1)))
                dead = int(tf.reduce_sum(tf.cast(largest <= 0, tf.int32)))
                self.relus.append((layer, dead, int(largest.shape[0])))
            elif self._constant is None and args and tf.is_tensor(args[0]) and tf.is_tensor(outputs):
                self._note_constant(layer, args[0], outputs)
            return outputs

        return recording

    def _note_constant(self, layer: keras.layers.Layer, received: tf.Tensor, outputs: tf.Tensor) -> None:
        if not outputs.dtype.is_floating or tf.size(outputs) <= len(outputs):
            return
        low, high = (float(bound) for bound in (tf.reduce_min(outputs), tf.reduce_max(outputs)))
        if low == high:
            values = tf.cast(received, tf.float32)
            self._constant = (layer, low, float(tf.reduce_min(values)), float(tf.reduce_max(values)))


def _is_relu(layer: keras.layers.Layer) -> bool:
    return isinstance(layer, keras.layers.ReLU) or (
        getattr(layer, "activation", None) is keras.activations.relu
    )


def _nodes(model: "DesignedModel") -> dict[int, str]:
    """The design's node of each layer, by the layer's `id`."""
    nodes: dict[int, str] = {}
    for node in model.design.nodes:
        try:
            part = model.part(node.id)
        except KeyError:
            continue
        for layer in part._flatten_layers():
            nodes.setdefault(id(layer), node.id)
    return nodes


def _gradients(model: "DesignedModel", gradients: dict[int, Any]) -> Iterator[Gradient]:
    for node in model.design.nodes:
        try:
            part = model.part(node.id)
        except KeyError:
            continue
        squares, count = 0.0, 0
        for variable in part.trainable_variables:
            gradient = gradients.get(id(variable))
            if gradient is not None:
                values = np.asarray(tf.convert_to_tensor(gradient), np.float64)
                squares, count = squares + float((values**2).sum()), count + values.size
        if count:
            yield Gradient(node.id, float(np.sqrt(squares / count)))


def _as_list(values: Any) -> Sequence[Any]:
    return values if isinstance(values, list | tuple) else [values]

"""Keras models and the designs that they are imported as, side by side."""

from typing import Any

import keras
import numpy as np

from blockwright.importing import Imported, import_model
from blockwright.importing.names import node_id
from blockwright.network import build, describe

CLOSE = 1e-5


def model_of(layer: keras.layers.Layer, *shape: int, **kwargs: Any) -> keras.Model:
    """A model of one layer."""
    start = keras.Input(shape, name="start", **kwargs)
    return keras.Model(start, layer(start))


def imported(model: keras.Model) -> Imported:
    """The design of a model's JSON."""
    return import_model(model.to_json())


def nodes_of(model: keras.Model) -> list[dict[str, Any]]:
    """The nodes of the design of a model's JSON, as plain data."""
    return imported(model).design.document()["nodes"]


def shapes(model: keras.Model) -> list[list[int | None]]:
    """The shapes that a model gives."""
    return [[None, *output.shape[1:]] for output in model.outputs]


def check_counts(model: keras.Model) -> Imported:
    """Import a model, and compare parameters and output shapes; its weights need not exist."""
    got = imported(model)
    description = describe(got.design)
    assert [finding["message"] for finding in description["findings"] if finding["severity"] == "error"] == []
    assert description["total_params"] == sum(_size(weight) for weight in model.weights)
    assert description["trainable_params"] == sum(_size(weight) for weight in model.trainable_weights)
    assert [output["output_shape"] for output in description["outputs"]] == shapes(model)
    return got


def check_outputs(model: keras.Model, *values: np.ndarray | dict[str, np.ndarray]) -> Imported:
    """Import a model, copy its weights layer by layer, and compare what both give for the same input."""
    got = check_counts(model)
    copy = build(got.design)
    copy_weights(model, copy, got)
    inputs = list(values) if len(values) > 1 else values[0]
    expected = keras.tree.flatten(model(inputs, training=False))
    received = keras.tree.flatten(copy(inputs, training=False))
    assert len(received) == len(expected)
    for output, other in zip(received, expected, strict=True):
        assert np.isfinite(np.asarray(other)).all()
        np.testing.assert_allclose(np.asarray(output), np.asarray(other), rtol=CLOSE, atol=CLOSE)
    return got


def copy_weights(model: keras.Model, copy: keras.Model, got: Imported) -> None:
    """Give every part of the design's network the weights of the layer of the same name, in Keras's order."""
    layers = {node_id(layer.name, ()): layer for layer in model.layers}
    for node in got.design.nodes:
        if node.shares is None and copy.part(node.id).weights:
            weights = layers[node.id].get_weights()
            shapes = [weight.shape for weight in copy.part(node.id).get_weights()]
            fitted = zip(weights, shapes, strict=True)
            copy.part(node.id).set_weights([weight.reshape(shape) for weight, shape in fitted])


def shake(model: keras.Model, seed: int = 0) -> keras.Model:
    """The same model with the weights that begin alike, such as biases and factors, moved apart."""
    random = np.random.default_rng(seed)
    for weight in model.weights:
        if "float" in str(weight.dtype) and len(weight.shape) == 1:
            weight.assign(weight + random.uniform(0.01, 0.1, weight.shape).astype("float32"))
    return model


def settle(model: keras.Model, values: np.ndarray) -> keras.Model:
    """The same model with the averages of its batch normalizations taken from `values`.

    Without that, what deep networks with random weights give grows beyond all numbers, or fades away.
    """
    normalizations = [
        layer for layer in model._flatten_layers() if isinstance(layer, keras.layers.BatchNormalization)
    ]
    momenta = [layer.momentum for layer in normalizations]
    for layer in normalizations:
        layer.momentum = 0.0
    model(values, training=True)
    for layer, momentum in zip(normalizations, momenta, strict=True):
        layer.momentum = momentum
    return model


def _size(weight: Any) -> int:
    return int(np.prod(weight.shape, dtype=np.int64))

"""Layers that learn from data before training, such as vocabularies: from the training examples, and only those."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf

from blockwright.layers import SPECS, names_with
from blockwright.layers.declaration.adaptation import Adaptation
from blockwright.rules.vocabulary_size import beyond_learned
from blockwright.runs.files.atomic_files import write_json
from blockwright.schema.design import Design, Input, Node
from blockwright.schema.findings import DesignError
from blockwright.training.training_rules import NothingToLearn

if TYPE_CHECKING:
    from blockwright.network import DesignedModel

ADAPTED = "adapted.json"
_BATCH = 256
_Uses = list[tuple[keras.layers.Layer, list[Any]]]


def adapts(design: Design) -> bool:
    """Whether a design has layers that learn from data before training."""
    return any(node.block in names_with("adaptation") for node in _nodes(design))


def learns_words(design: Design) -> bool:
    """Whether a design learns what is not saved with the weights: vocabularies, values, boundaries of ranges."""
    return any(
        node.block in names_with("adaptation")
        and SPECS[node.block].learns(node.params)
        and not _adaptation(node.block).in_weights
        for node in _nodes(design)
    )


def _nodes(design: Design) -> Iterator[Node]:
    yield from design.nodes
    for composite in design.composites.values():
        yield from composite.nodes


def _adaptation(block: str) -> Adaptation:
    adaptation = SPECS[block].adaptation
    if adaptation is None:
        raise ValueError(f"`{block}` does not learn from data before training.")
    return adaptation


def _adaptation_of(layer: keras.layers.Layer) -> Adaptation:
    return _adaptation(type(layer).__name__)


def adapt(
    model: "DesignedModel", inputs: Mapping[str, np.ndarray], scales: Mapping[str, float] | None = None
) -> list[str]:
    """Adapt the layers of a network that learn from data, in the order in which values reach them.

    The examples pass through the layers before each of them. A layer that is used several times learns from all of its
    inputs; one that was given what it would learn, such as a vocabulary, is left as it is.

    Args:
        model: the network.
        inputs: the training examples of each input of the design, and no others.
        scales: factors of the inputs.

    Returns a sentence for each layer that learned. Raises `DesignError` if there was nothing to learn.
    """
    if not adapts(model.design):
        return []
    symbolic_inputs, uses = _trace(model)
    notes = []
    for layer, tensors in uses:
        if _adaptation_of(layer).is_given(layer):
            continue
        values = _values(model.design, symbolic_inputs, tensors, inputs, scales or {})
        _adaptation_of(layer).fit(layer, values)
        notes.append(_note(model, layer, symbolic_inputs, tensors, len(next(iter(inputs.values())))))
    _check_room(model)
    return notes


def _check_room(model: "DesignedModel") -> None:
    """Refuse a vocabulary that is too large for the layers that read it, which would fail in the middle of an epoch."""
    counts = {
        node_id: model.part(node_id).vocabulary_size()
        for node_id in _adapting_nodes(model)
        if hasattr(model.part(node_id), "vocabulary_size")
    }
    findings = beyond_learned(model.design, counts) if counts else []
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        raise DesignError(errors)


def save_adapted(model: "DesignedModel", folder: Path) -> None:
    """Save what the layers learned and the weights do not hold: vocabularies, values, boundaries."""
    if not adapts(model.design):
        return
    _, uses = _trace(model)
    states = [{"layer": type(layer).__name__, **_state(layer)} for layer, _ in uses]
    if any(len(state) > 1 for state in states):
        write_json(folder / ADAPTED, {"layers": states})


def restore_adapted(model: "DesignedModel", folder: Path) -> None:
    """Restore what `save_adapted` saved, if it saved anything, in a network built from the same design.

    Raises ValueError with a sentence if the file does not fit the network.
    """
    path = folder / ADAPTED
    if not adapts(model.design) or not path.is_file():
        return
    _, uses = _trace(model)
    try:
        states = json.loads(path.read_text(encoding="utf-8"))["layers"]
        for (layer, _), state in list(zip(uses, states, strict=True)):
            if state["layer"] != type(layer).__name__:
                raise KeyError(state["layer"])
            if len(state) > 1:
                _adaptation_of(layer).restore(layer, state)
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"What the layers of this run learned from its data cannot be read ({ADAPTED})."
        ) from error


def _trace(model: "DesignedModel") -> tuple[list[Any], _Uses]:
    """The symbolic inputs of the network, and its adapting layers, those in blocks included, with their inputs."""
    uses: dict[int, tuple[keras.layers.Layer, list[Any]]] = {}
    with _recording_calls(uses):
        graph = model.build_graph(expanded=True)
    return list(graph.inputs), list(uses.values())


@contextmanager
def _recording_calls(uses: dict[int, tuple[keras.layers.Layer, list[Any]]]) -> Iterator[None]:
    keras_call = keras.layers.Layer.__call__

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        if type(self).__name__ in names_with("adaptation") and args:
            uses.setdefault(id(self), (self, []))[1].append(args[0])
        return keras_call(self, *args, **kwargs)

    keras.layers.Layer.__call__ = call
    try:
        yield
    finally:
        keras.layers.Layer.__call__ = keras_call


def _values(
    design: Design,
    symbolic_inputs: list[Any],
    tensors: list[Any],
    inputs: Mapping[str, np.ndarray],
    scales: Mapping[str, float],
) -> Iterator[tf.Tensor]:
    """The values of symbolic tensors for all examples, one tensor after the other, in batches."""

    def batch(entry: Input, part: slice) -> tf.Tensor:
        return _batch(inputs[entry.id][part], entry.dtype, scales.get(entry.id, 1.0))

    def submodel_outputs(tensor: Any) -> Callable[[slice], tf.Tensor]:
        submodel = keras.Model(symbolic_inputs, tensor)
        return lambda part: tf.convert_to_tensor(
            submodel([batch(entry, part) for entry in design.inputs], training=False)
        )

    entries = {id(tensor): entry for tensor, entry in zip(symbolic_inputs, design.inputs, strict=True)}
    examples = len(next(iter(inputs.values())))
    for tensor in tensors:
        entry = entries.get(id(tensor))
        values_of = submodel_outputs(tensor) if entry is None else partial(batch, entry)
        for start in range(0, examples, _BATCH):
            values = values_of(slice(start, start + _BATCH))
            yield tf.cast(values, tf.float32) if values.dtype.is_floating else values


def _batch(array: np.ndarray, dtype: str, scale: float) -> tf.Tensor:
    if dtype == "string":
        return tf.convert_to_tensor(array, tf.string)
    values = tf.cast(tf.convert_to_tensor(array), dtype)
    return values if scale == 1.0 else values * tf.constant(scale, values.dtype)


def _note(
    model: "DesignedModel", layer: Any, symbolic_inputs: list[Any], tensors: list[Any], examples: int
) -> str:
    node_id = next((name for name in _adapting_nodes(model) if model.part(name) is layer), None)
    title = f'`{type(layer).__name__}` "{node_id or layer.name}"'
    read = [
        f'"{entry.id}"'
        for symbolic_input, entry in zip(symbolic_inputs, model.design.inputs, strict=True)
        if any(symbolic_input is tensor for tensor in tensors)
    ]
    of = f"the {' and '.join(read)} of " if len(read) == len(tensors) else ""
    source = f"from {of}{examples:,} training examples"
    adaptation = _adaptation_of(layer)
    summary = adaptation.summary(layer)
    if summary is not None:
        return f"{title} learned {summary} {source}."
    message = (
        f"{title} found no {adaptation.noun}s {source}. Connect it to other data, or give it a vocabulary."
    )
    raise NothingToLearn.refusal(message, node_id)


def _adapting_nodes(model: "DesignedModel") -> Iterator[str]:
    for node in model.design.nodes:
        if (
            node.enabled
            and node.block in names_with("adaptation")
            and node.shares is None
            and node.repeat == 1
        ):
            yield node.id


def _state(layer: keras.layers.Layer) -> dict[str, Any]:
    adaptation = _adaptation_of(layer)
    return {} if adaptation.is_given(layer) else adaptation.state(layer)

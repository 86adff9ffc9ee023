"""Layers that learn from data before training, such as vocabularies: from the training examples, and only those."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf

from blockwright.layers import SPECS, names_with
from blockwright.layers.declaration.adaptation import Adaptation
from blockwright.rules.vocabulary_size import beyond_learned
from blockwright.runs.atomic_files import write_json
from blockwright.schema.design import Design, Node
from blockwright.schema.findings import DesignError, Finding

if TYPE_CHECKING:
    from blockwright.network import DesignedModel

ADAPTED = "adapted.json"
_BATCH = 256
_Uses = list[tuple[keras.layers.Layer, list[Any]]]


def adapts(design: Design) -> bool:
    """Whether a design has layers that learn from data before training."""
    return any(node.block in names_with("adaptation") for node in _nodes(design))


def learns_words(design: Design) -> bool:
    """Whether a design learns what files of weights do not carry: words, values, the boundaries of ranges."""
    specs = [(SPECS[node.block], node.params) for node in _nodes(design) if node.block in SPECS]
    return any(spec.learns(params) and not spec.adaptation.in_weights for spec, params in specs)


def _nodes(design: Design) -> Iterator[Node]:
    for body in (design, *design.composites.values()):
        yield from body.nodes


def _adaptation(layer: keras.layers.Layer) -> Adaptation:
    return SPECS[type(layer).__name__].adaptation


def adapt(
    model: "DesignedModel", inputs: Mapping[str, np.ndarray], scales: Mapping[str, float] | None = None
) -> list[str]:
    """Let every adapting layer of a network learn from examples, in the order in which values reach them.

    A layer learns from what comes to it: the values of the blocks before it are computed by the network itself. A
    layer that stands at several places learns from all of them; one that was given what it needs, such as a
    vocabulary, learns nothing.

    Args:
        model: the network.
        inputs: for every input of the design its training examples, and no others.
        scales: for inputs of numbers, what they are multiplied by.

    Returns sentences that say what was learned. Raises `DesignError` where there is nothing to learn from.
    """
    if not adapts(model.design):
        return []
    entries, uses = _trace(model)
    notes = []
    for layer, tensors in uses:
        if _adaptation(layer).is_given(layer):
            continue
        _adaptation(layer).fit(layer, _values(model.design, entries, tensors, inputs, scales or {}))
        notes.append(_note(model, layer, entries, tensors, len(next(iter(inputs.values())))))
    _check_room(model)
    return notes


def _check_room(model: "DesignedModel") -> None:
    """Refuse words that later layers have no room for, before the first of them comes up in an epoch."""
    counts = {
        node_id: model.part(node_id).vocabulary_size()
        for node_id in _adapting_nodes(model)
        if hasattr(model.part(node_id), "vocabulary_size")
    }
    findings = beyond_learned(model.design, counts) if counts else []
    wrong = [finding for finding in findings if finding.severity == "error"]
    if wrong:
        raise DesignError(wrong)


def save_adapted(model: "DesignedModel", folder: Path) -> None:
    """Keep in a run's folder what its layers learned and files of weights do not carry: words, values, bounds."""
    if not adapts(model.design):
        return
    _, uses = _trace(model)
    states = [{"layer": type(layer).__name__, **_state(layer)} for layer, _ in uses]
    if any(len(state) > 1 for state in states):
        write_json(folder / ADAPTED, {"layers": states})


def restore_adapted(model: "DesignedModel", folder: Path) -> None:
    """Give a network, built from the same design, what `save_adapted` kept; nothing where nothing was kept.

    Raises ValueError with a sentence where the file does not fit the network.
    """
    path = folder / ADAPTED
    if not adapts(model.design) or not path.is_file():
        return
    _, uses = _trace(model)
    try:
        states = json.loads(path.read_text(encoding="utf-8"))["layers"]
        pairs = list(zip(uses, states, strict=True))
        for (layer, _), state in pairs:
            if state["layer"] != type(layer).__name__:
                raise KeyError(state["layer"])
            if len(state) > 1:
                _adaptation(layer).restore(layer, state)
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"What the layers of this run learned from its data cannot be read ({ADAPTED})."
        ) from error


def _trace(model: "DesignedModel") -> tuple[list[Any], _Uses]:
    """The symbolic inputs of the network with its blocks opened, and its adapting layers with what each reads."""
    found: dict[int, tuple[keras.layers.Layer, list[Any]]] = {}
    with _listening(found):
        graph = model.build_graph(expanded=True)
    return list(graph.inputs), list(found.values())


@contextmanager
def _listening(found: dict[int, tuple[keras.layers.Layer, list[Any]]]) -> Iterator[None]:
    plain = keras.layers.Layer.__call__

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        if type(self).__name__ in names_with("adaptation") and args:
            found.setdefault(id(self), (self, []))[1].append(args[0])
        return plain(self, *args, **kwargs)

    keras.layers.Layer.__call__ = call
    try:
        yield
    finally:
        keras.layers.Layer.__call__ = plain


def _values(
    design: Design,
    entries: list[Any],
    tensors: list[Any],
    inputs: Mapping[str, np.ndarray],
    scales: Mapping[str, float],
) -> Iterator[tf.Tensor]:
    """The values of symbolic tensors over all examples, one tensor after the other, in batches."""
    places = {id(entry): one for entry, one in zip(entries, design.inputs, strict=True)}
    for tensor in tensors:
        entry = places.get(id(tensor))
        until = keras.Model(entries, tensor) if entry is None else None
        total = len(next(iter(inputs.values())))
        for start in range(0, total, _BATCH):
            part = slice(start, start + _BATCH)
            if until is None:
                values = _batch(inputs[entry.id][part], entry.dtype, scales.get(entry.id, 1.0))
            else:
                fed = [
                    _batch(inputs[one.id][part], one.dtype, scales.get(one.id, 1.0)) for one in design.inputs
                ]
                values = tf.convert_to_tensor(until(fed, training=False))
            yield tf.cast(values, tf.float32) if values.dtype.is_floating else values


def _batch(array: np.ndarray, dtype: str, scale: float) -> tf.Tensor:
    if dtype == "string":
        return tf.convert_to_tensor(array, tf.string)
    values = tf.cast(tf.convert_to_tensor(array), dtype)
    return values if scale == 1.0 else values * tf.constant(scale, values.dtype)


def _note(model: "DesignedModel", layer: Any, entries: list[Any], tensors: list[Any], examples: int) -> str:
    node_id = next((one for one in _adapting_nodes(model) if model.part(one) is layer), None)
    named = f'`{type(layer).__name__}` "{node_id or layer.name}"'
    read = [
        f'"{entry.id}"'
        for tensor, entry in zip(entries, model.design.inputs, strict=True)
        if any(tensor is used for used in tensors)
    ]
    of = f"the {' and '.join(read)} of " if len(read) == len(tensors) else ""
    source = f"from {of}{examples:,} training examples"
    summary = _adaptation(layer).summary(layer)
    if summary is not None:
        return f"{named} learned {summary} {source}."
    noun = _adaptation(layer).noun
    message = f"{named} found no {noun}s {source}. Connect it to other data, or give it a vocabulary."
    raise DesignError([Finding(code="nothing-to-learn", node=node_id, severity="error", message=message)])


def _adapting_nodes(model: "DesignedModel") -> Iterator[str]:
    for node in model.design.nodes:
        if (
            node.enabled
            and node.block in names_with("adaptation")
            and node.shares is None
            and node.repeat == 1
        ):
            yield node.id


def _state(layer: Any) -> dict[str, Any]:
    return {} if _adaptation(layer).is_given(layer) else _adaptation(layer).state(layer)

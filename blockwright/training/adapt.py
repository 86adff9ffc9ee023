"""Layers that learn from data before training, such as vocabularies: from the training examples, and only those."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf

from blockwright.layers import ADAPTING
from blockwright.rules.vocabulary_size import beyond_learnt
from blockwright.runs.atomic_files import write_json
from blockwright.schema.design import Design
from blockwright.schema.findings import DesignError, Finding

if TYPE_CHECKING:
    from blockwright.network import DesignedModel

ADAPTED = "adapted.json"
_BATCH = 256
_LOOKUPS = (keras.layers.TextVectorization, keras.layers.StringLookup, keras.layers.IntegerLookup)
_KINDS = (*_LOOKUPS, keras.layers.Normalization, keras.layers.Discretization)
_Places = list[tuple[keras.layers.Layer, list[Any]]]


def adapts(design: Design) -> bool:
    """Whether a design has layers that learn from data before training."""
    bodies = [design.nodes, *(one.nodes for one in design.composites.values())]
    return any(node.block in ADAPTING for nodes in bodies for node in nodes)


def learns_words(design: Design) -> bool:
    """Whether a design learns what files of weights do not carry: words, values, the bounds of ranges."""
    bodies = [design.nodes, *(one.nodes for one in design.composites.values())]
    kept = set(ADAPTING) - {"Normalization"}
    given = ("vocabulary", "bin_boundaries")
    return any(
        node.block in kept and not any(node.params.get(name) for name in given)
        for nodes in bodies
        for node in nodes
    )


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

    Returns sentences that say what was learnt. Raises `DesignError` where there is nothing to learn from.
    """
    if not adapts(model.design):
        return []
    entries, places = _trace(model)
    notes = []
    for layer, tensors in places:
        if _is_given(layer):
            continue
        values = _values(model.design, entries, tensors, inputs, scales or {})
        if isinstance(layer, keras.layers.Normalization):
            _normalize(layer, values)
        else:
            layer.adapt(values)
        if isinstance(layer, keras.layers.Discretization):
            _fill(layer)
        notes.append(_note(model, layer, entries, tensors, len(next(iter(inputs.values())))))
    _check_room(model)
    return notes


def _check_room(model: "DesignedModel") -> None:
    """Refuse words that the layers behind have no room for, before the first of them comes up in an epoch."""
    learnt = {
        one: model.part(one).vocabulary_size() for one in _ids(model) if isinstance(model.part(one), _LOOKUPS)
    }
    wrong = [one for one in beyond_learnt(model.design, learnt) if one.severity == "error"] if learnt else []
    if wrong:
        raise DesignError(wrong)


def save_adapted(model: "DesignedModel", folder: Path) -> None:
    """Keep in a run's folder what its layers learnt and files of weights do not carry: words, values, bounds."""
    if not adapts(model.design):
        return
    _, places = _trace(model)
    states = [{"layer": type(layer).__name__, **_state(layer)} for layer, _ in places]
    if any(len(state) > 1 for state in states):
        write_json(folder / ADAPTED, {"layers": states})


def restore_adapted(model: "DesignedModel", folder: Path) -> None:
    """Give a network, built from the same design, what `save_adapted` kept; nothing where nothing was kept.

    Raises ValueError with a sentence where the file does not fit the network.
    """
    path = folder / ADAPTED
    if not adapts(model.design) or not path.is_file():
        return
    _, places = _trace(model)
    try:
        states = json.loads(path.read_text(encoding="utf-8"))["layers"]
        pairs = list(zip(places, states, strict=True))
        for (layer, _), state in pairs:
            if state["layer"] != type(layer).__name__:
                raise KeyError(state["layer"])
            _restore(layer, state)
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"What the layers of this run learnt from its data cannot be read ({ADAPTED})."
        ) from error


def _trace(model: "DesignedModel") -> tuple[list[Any], _Places]:
    """The symbolic inputs of the network with its blocks opened, and its adapting layers with what each reads."""
    found: dict[int, tuple[keras.layers.Layer, list[Any]]] = {}
    with _listening(found):
        graph = model.build_graph(expanded=True)
    return list(graph.inputs), list(found.values())


@contextmanager
def _listening(found: dict[int, tuple[keras.layers.Layer, list[Any]]]) -> Iterator[None]:
    plain = keras.layers.Layer.__call__

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(self, _KINDS) and args:
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


def _normalize(layer: Any, batches: Iterator[tf.Tensor]) -> None:
    """Mean and variance in double precision; Keras's own `adapt` takes batches in float32 layers only."""
    count, mean, squares = 0, 0.0, 0.0
    for batch in batches:
        values = batch.numpy().astype(np.float64)
        keep = {axis % values.ndim for axis in layer.axis}
        others = tuple(axis for axis in range(values.ndim) if axis not in keep)
        size = int(np.prod([values.shape[axis] for axis in others]))
        here = values.mean(axis=others)
        # Chan, Golub and LeVeque 1983: how the moments of two parts make those of both.
        apart, total = here - mean, count + size
        squares = squares + ((values - values.mean(axis=others, keepdims=True)) ** 2).sum(axis=others)
        squares = squares + apart**2 * count * size / total
        mean, count = mean + apart * size / total, total
    layer.adapt_mean.assign(mean)
    layer.adapt_variance.assign(squares / count)
    layer.finalize_state()


def _fill(layer: Any) -> None:
    """Give it as many bounds as it was asked for: of few different values Keras makes fewer, and the width changes."""
    bounds = list(layer.bin_boundaries) or [0.0]
    layer.bin_boundaries = bounds + [bounds[-1]] * (layer.num_bins - 1 - len(bounds))


def _batch(array: np.ndarray, dtype: str, scale: float) -> tf.Tensor:
    if dtype == "string":
        return tf.convert_to_tensor(array, tf.string)
    values = tf.cast(tf.convert_to_tensor(array), dtype)
    return values if scale == 1.0 else values * tf.constant(scale, values.dtype)


def _is_given(layer: Any) -> bool:
    """Whether the design itself says what the layer would learn."""
    config = layer.get_config()
    if isinstance(layer, keras.layers.Normalization):
        return layer.input_mean is not None
    if isinstance(layer, keras.layers.Discretization):
        return layer.num_bins is None
    return config.get("vocabulary") is not None


def _note(model: "DesignedModel", layer: Any, entries: list[Any], tensors: list[Any], examples: int) -> str:
    node_id = next((one for one in _ids(model) if model.part(one) is layer), None)
    named = f'`{type(layer).__name__}` "{node_id or layer.name}"'
    read = [
        f'"{one.id}"'
        for entry, one in zip(entries, model.design.inputs, strict=True)
        if any(entry is tensor for tensor in tensors)
    ]
    of = f"the {' and '.join(read)} of " if len(read) == len(tensors) else ""
    source = f"from {of}{examples:,} training examples"
    if isinstance(layer, keras.layers.Normalization):
        count = int(np.prod(layer.adapt_mean.shape)) if len(layer.adapt_mean.shape) else 1
        what = "the mean and the variance" if count == 1 else f"the means and variances of {count:,} values"
        return f"{named} learnt {what} {source}."
    if isinstance(layer, keras.layers.Discretization):
        return f"{named} learnt the bounds of {len(layer.bin_boundaries) + 1:,} ranges {source}."
    words = len(layer.get_vocabulary(include_special_tokens=False))
    what = "word" if isinstance(layer, keras.layers.TextVectorization) else "value"
    if not words:
        message = f"{named} found no {what}s {source}. Let it read other data, or give it a vocabulary."
        raise DesignError([Finding(code="nothing-to-learn", node=node_id, severity="error", message=message)])
    return f"{named} learnt {words:,} {what}{'' if words == 1 else 's'} {source}."


def _ids(model: "DesignedModel") -> Iterator[str]:
    for node in model.design.nodes:
        if node.enabled and node.block in ADAPTING and node.shares is None and node.repeat == 1:
            yield node.id


def _state(layer: Any) -> dict[str, Any]:
    if _is_given(layer):
        return {}
    if isinstance(layer, keras.layers.Discretization):
        return {"bin_boundaries": [float(one) for one in layer.bin_boundaries]}
    if not isinstance(layer, _LOOKUPS):
        return {}
    vocabulary = layer.get_vocabulary()
    return {"vocabulary": [one if isinstance(one, str) else int(one) for one in vocabulary]}


def _restore(layer: Any, state: Mapping[str, Any]) -> None:
    if "bin_boundaries" in state:
        layer.bin_boundaries = [float(one) for one in state["bin_boundaries"]]
    elif "vocabulary" in state:
        layer.set_vocabulary(list(state["vocabulary"]))

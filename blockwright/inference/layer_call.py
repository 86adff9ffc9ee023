"""How a layer of a design is called: with one value, a list of them, or several arguments.

The model calls layers on tensors, shape inference on symbolic ones, and generated source on names.
"""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf
from keras.src.backend.common import global_state

from blockwright.layers import SPECS, call_params, names_with
from blockwright.layers.declaration.spec import CallStyle
from blockwright.runtime.masks import keeping_masks
from blockwright.schema.catalog import BlockType
from blockwright.schema.design import Design, Node


def call_style(block: BlockType) -> CallStyle:
    """How a block is called, see `LayerSpec.call`."""
    if block.name in SPECS:
        return SPECS[block.name].call
    return "list" if block.many_inputs else "one"


def call_layer(layer: Any, block: BlockType, params: dict[str, Any], values: Sequence[Any]) -> Any:
    """Call a layer as its block is called, on what its node reads, in the order of the node's inputs.

    Args:
        layer: what `make_layer` made.
        block: its entry in the catalog of the design.
        params: the node's arguments; what is left out takes the catalog's default.
        values: one value for each node that is read.

    Raises ValueError for a layer that learns from data, has not learned yet, and is to compute.
    """
    args, kwargs = call_arguments(block, params, values)
    adaptation = SPECS[block.name].adaptation if block.name in SPECS else None
    if adaptation is not None and not all(map(keras.utils.is_keras_tensor, values)):
        if _infers_shapes():
            return _call_symbolic(layer, args, kwargs)
        if not adaptation.is_fitted(layer):
            raise ValueError(
                f'`{block.name}` "{layer.name}" has learned nothing yet. Train the network, or give this layer a '
                f"{adaptation.learns}."
            )
    if block.name in names_with("removes_mask") and not any(map(keras.utils.is_keras_tensor, values)):
        return keeping_masks(layer, *args, **kwargs)
    return layer(*args, **kwargs)


def marks_padding(design: Design) -> bool:
    """Whether a layer of a design may mark positions of a sequence as padding, in one of its composite blocks too."""
    bodies = [design.nodes, *(composite.nodes for composite in design.composites.values())]
    return any(_may_mark_padding(node) for nodes in bodies for node in nodes)


def _may_mark_padding(node: Node) -> bool:
    spec = SPECS.get(node.block)
    if spec is None or spec.mask != "makes":
        return node.params.get("mask_zero") not in (None, False)
    return spec.mask_param is None or node.params.get(spec.mask_param) not in (None, False)


def _infers_shapes() -> bool:
    """Whether Keras calls a block around the layer on symbolic tensors, to infer the output shapes."""
    return global_state.get_global_attribute("symbolic_scope") is not None


def _call_symbolic(layer: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """The symbolic outputs of a layer; `Discretization` only computes them once it has boundaries.

    A `Normalization` with given statistics computes with them when it is built, which is done outside of the symbolic
    graph: tensors that are made inside are lost with it.
    """
    if isinstance(layer, keras.layers.Normalization) and layer.input_mean is not None and not layer.built:
        with tf.init_scope():
            layer.build(tuple(args[0].shape))
    if not isinstance(layer, keras.layers.Discretization) or layer.bin_boundaries is not None:
        return layer(*args, **kwargs)
    layer.bin_boundaries = [0.0] * (layer.num_bins - 1)
    try:
        return layer(*args, **kwargs)
    finally:
        layer.bin_boundaries = None


def call_arguments(
    block: BlockType, params: dict[str, Any], values: Sequence[Any]
) -> tuple[list[Any], dict[str, Any]]:
    """The arguments of the call, by position and by name; values may be tensors or names in generated source.

    Of the arguments that go to the call, those that have their default are left out.
    """
    kwargs = {}
    defaults = block.defaults()
    for name in call_params(block.name):
        value = params.get(name, defaults[name])
        if value != defaults[name]:
            kwargs[name] = value
    values, style = list(values), call_style(block)
    if style in ("arguments", "pair"):
        values = values if len(values) > 1 else values * 2
        return (values if style == "arguments" else [values]), kwargs
    if style == "states":
        if len(values) > 1:
            has_single_state = block.max_inputs == 2
            kwargs["initial_state"] = values[1] if has_single_state else values[1:]
        return values[:1], kwargs
    return ([values] if style == "list" else values[:1]), kwargs


def constructor_params(block: str, params: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a node that go to the constructor, without those that go to the call."""
    return {name: value for name, value in params.items() if name not in call_params(block)}


def result_count(block: BlockType, params: dict[str, Any]) -> int:
    """How many results a node gives: one, or for recurrent layers with `return_state` also their states."""
    if block.outputs is not None:
        return block.outputs
    params, states = {**block.defaults(), **params}, SPECS[block.name].states
    return 1 + states(params) if states is not None and params.get("return_state") else 1

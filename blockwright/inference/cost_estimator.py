"""Shapes and costs of layers and blocks, which are built once without weights, or not at all where a rule is known.

A block is traced with its parts measured one by one, and every part's cost is cached by its arguments and input
shape. Where a part is of a common kind its cost follows from a rule; any other is built by Keras with deferred
weights. The tests compare the rules with what Keras builds.
"""

import json
import math
import types
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import keras
from cachetools import LRUCache
from keras import tree

from blocks._shapes import without_weights
from blocks.base import Block, expanded
from blockwright.inference.catalog import catalog, make_layer
from blockwright.inference.input_rules import input_problem
from blockwright.inference.layer_call import call_layer
from blockwright.layers import SPECS
from blockwright.layers.costs import Cost, activation_bytes, layer_macs, operation_macs
from blockwright.layers.declaration.shapes import Shape

_templates: LRUCache[tuple[Any, ...], keras.layers.Layer] = LRUCache(400)
_nodes: LRUCache[tuple[Any, ...], "Measured"] = LRUCache(10_000)
_leaves: LRUCache[tuple[Any, ...], Cost] = LRUCache(10_000)


class ShapeError(ValueError):
    """A layer that cannot take its inputs.

    Attributes:
        layer: the layer's class.
        input_shapes: the shapes of its inputs.
        copy: which copy of a repeated node it is, from 1.
    """

    def __init__(self, message: str, layer: str, input_shapes: list[Shape], copy: int = 1) -> None:
        super().__init__(message)
        self.layer = layer
        self.input_shapes = input_shapes
        self.copy = copy


Measured = Cost | ShapeError
"""The cost of a node, its parts included, or the error that its shapes lead to."""


@dataclass
class _Tally:
    """What the parts of a block cost so far, and the tensors that `keras.ops` may have led to."""

    costs: list[Cost] = field(default_factory=list)
    tensors: list[Any] = field(default_factory=list)


_TALLY: ContextVar[_Tally | None] = ContextVar("tally", default=None)


def measure(
    block: str, params: dict[str, Any], input_shapes: Sequence[Shape], dtypes: Sequence[str]
) -> Measured:
    """The cost of a node of the catalog with inputs of these shapes (with the batch).

    The arguments must have passed the catalog's check. What Keras refuses is returned as an error, not raised.
    """
    policy = keras.config.dtype_policy().name
    key = (block, json.dumps(params, sort_keys=True), tuple(input_shapes), tuple(dtypes), policy)
    measured = _nodes.get(key)
    if measured is None:
        measured = _measure(key, block, params, input_shapes, dtypes)
        _nodes[key] = measured
    return measured


def _measure(
    key: tuple[Any, ...],
    block: str,
    params: dict[str, Any],
    input_shapes: Sequence[Shape],
    dtypes: Sequence[str],
) -> Measured:
    reason = input_problem(block, params, input_shapes, dtypes)
    if reason is not None:
        return ShapeError(reason, block, list(input_shapes))
    try:
        template = _templates.get((block, key[1], key[-1]))
        if template is None:
            template = _prepare(make_layer(block, params, name="part"))
            # One whose parts follow from its input fits these shapes only.
            if not (isinstance(template, Block) and template.sized):
                _templates[block, key[1], key[-1]] = template
        return _trace(template, block, params, input_shapes, dtypes)
    except ShapeError as error:
        # A new one: that which was raised would keep every layer of its traceback alive in the memory.
        return ShapeError(str(error), error.layer, error.input_shapes)
    except (ValueError, TypeError, NotImplementedError) as error:
        return ShapeError(str(error), block, list(input_shapes))


def sum_costs(costs: Sequence[Cost], shape: Any, dtype: str) -> Cost:
    """What several layers cost together, whose result has that shape and data type."""
    return Cost(
        shape=shape,
        dtype=dtype,
        params=sum(cost.params for cost in costs),
        trainable_params=sum(cost.trainable_params for cost in costs),
        macs=known_total([cost.macs for cost in costs]),
        activation_bytes=known_total([cost.activation_bytes for cost in costs]),
    )


def known_total(counts: Iterable[int | None]) -> int | None:
    """The sum; None where one of the counts is not known."""
    total = 0
    for count in counts:
        if count is None:
            return None
        total += count
    return total


def _prepare(layer: keras.layers.Layer) -> keras.layers.Layer:
    for leaf in _leaves_of(layer):
        if hasattr(leaf, "_measured_key"):
            continue
        config = leaf.get_config()
        config.pop("name", None)
        vars(leaf)["_measured_key"] = json.dumps(config, sort_keys=True, default=str)
        kind: Any = type(leaf)
        object.__setattr__(leaf, "__class__", _measured_class(kind))
    return layer


def _leaves_of(layer: keras.layers.Layer) -> Iterator[keras.layers.Layer]:
    if not (isinstance(layer, Block) and layer.opens):
        yield layer
        return
    for part in layer._flatten_layers(recursive=False, include_self=False):
        yield from _leaves_of(part)


@cache
def _measured_class(kind: type[Any]) -> type[Any]:
    """The same class, but a call measures the layer in place of building and running it."""
    members = {"__call__": _measured_call, "__module__": kind.__module__, "_measured_kind": kind}
    options = {"register": False} if issubclass(kind, Block) else {}
    return types.new_class(kind.__name__, (kind,), options, lambda namespace: namespace.update(members))


def _trace(
    template: keras.layers.Layer,
    block: str,
    params: dict[str, Any],
    input_shapes: Sequence[Shape],
    dtypes: Sequence[str],
) -> Cost:
    tensors = [
        keras.KerasTensor(shape, dtype=dtype) for shape, dtype in zip(input_shapes, dtypes, strict=True)
    ]
    tally = _Tally()
    token = _TALLY.set(tally)
    try:
        with ExitStack() as stack:
            stack.enter_context(expanded(_prepare))
            outputs = call_layer(template, catalog().blocks[block], params, tensors)
    finally:
        _TALLY.reset(token)
    costs = tally.costs + _operations([*tally.tensors, *tree.flatten(outputs)])
    shapes = [tuple(tensor.shape) for tensor in tree.flatten(outputs)]
    shape = shapes if isinstance(outputs, list | tuple) else shapes[0]
    return sum_costs(costs, shape, tree.flatten(outputs)[0].dtype)


def _measured_call(layer: keras.layers.Layer, *args: Any, **kwargs: Any) -> Any:
    tally = _TALLY.get()
    if tally is None:
        raise RuntimeError(f"`{layer.name}` was made to be measured and cannot run.")
    kwargs = {name: value for name, value in kwargs.items() if name not in ("training", "mask")}
    tensors = tree.flatten([args, kwargs])
    shapes = tree.map_structure(_shape_or_value, [args, kwargs])
    key = (
        layer._measured_kind,
        layer._measured_key,
        repr(shapes),
        tuple(str(getattr(tensor, "dtype", tensor)) for tensor in tensors),
    )
    cost = _leaves.get(key)
    if cost is None:
        cost = _leaf_cost(layer, args, kwargs)
        _leaves[key] = cost
    tally.costs.append(cost)
    tally.tensors += [tensor for tensor in tensors if keras.utils.is_keras_tensor(tensor)]
    if isinstance(cost.shape, tuple):
        return keras.KerasTensor(cost.shape, dtype=cost.dtype)
    return [keras.KerasTensor(shape, dtype=cost.dtype) for shape in cost.shape]


def _shape_or_value(value: Any) -> Any:
    return tuple(value.shape) if keras.utils.is_keras_tensor(value) else value


def _leaf_cost(layer: keras.layers.Layer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Cost:
    kind = layer._measured_kind
    tensors = filter(keras.utils.is_keras_tensor, tree.flatten([args, kwargs]))
    input_shapes = [tuple(tensor.shape) for tensor in tensors]
    spec = SPECS.get(kind.__name__) if kind.__module__.startswith("keras.") else None
    counted = None
    if spec is not None and spec.weights is not None and len(args) == 1 and not kwargs:
        try:
            counted = spec.weights(layer, input_shapes)
        except ValueError as error:
            raise ShapeError(str(error), kind.__name__, input_shapes) from None
    if counted is None:
        return _built_cost(layer, kind, input_shapes, args, kwargs)
    shape, trainable, fixed = counted
    if not layer.trainable:
        trainable, fixed = 0, trainable + fixed
    return Cost(
        shape,
        layer.compute_dtype,
        trainable + fixed,
        trainable,
        layer_macs(layer, input_shapes, shape),
        activation_bytes([shape]),
    )


def _built_cost(
    layer: keras.layers.Layer,
    kind: Any,
    input_shapes: list[Shape],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Cost:
    """The cost of a layer that Keras builds for the purpose, without its weights."""
    token = _TALLY.set(None)
    try:
        built = kind.from_config(layer.get_config())
        with without_weights():
            outputs = built(*args, **kwargs)
    except (ValueError, TypeError, NotImplementedError) as error:
        raise ShapeError(str(error), kind.__name__, input_shapes) from None
    finally:
        _TALLY.reset(token)
    shapes = [tuple(tensor.shape) for tensor in tree.flatten(outputs)]
    if any(0 in shape[1:] for shape in shapes):
        raise ShapeError(f"The result would be empty: {shapes[0]}.", kind.__name__, input_shapes)
    return Cost(
        shapes if isinstance(outputs, list | tuple) else shapes[0],
        tree.flatten(outputs)[0].dtype,
        sum(math.prod(weight.shape) for weight in built.weights),
        sum(math.prod(weight.shape) for weight in built.trainable_weights),
        layer_macs(built, input_shapes, shapes[0]),
        activation_bytes(shapes),
    )


def _operations(tensors: list[Any]) -> list[Cost]:
    """The costs of the `keras.ops` calls that led to these tensors."""
    costs = []
    counted: set[int] = set()
    stack = list(tensors)
    while stack:
        history = getattr(stack.pop(), "_keras_history", None)
        if history is None or history.operation is None:
            continue
        node = history.operation._inbound_nodes[history.node_index]
        if id(node) in counted:
            continue
        counted.add(id(node))
        input_shapes = [tuple(tensor.shape) for tensor in node.input_tensors]
        results = [tuple(tensor.shape) for tensor in node.output_tensors]
        macs = operation_macs(node.operation, input_shapes, results[0])
        costs.append(Cost(results[0], "", 0, 0, macs, activation_bytes(results)))
        stack += node.input_tensors
    return costs

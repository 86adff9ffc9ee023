"""Shapes and costs of layers and blocks without building them twice, or at all where a rule is known.

A block is traced with its parts measured one by one, and every part's cost is remembered by its arguments
and input shape. Where a part is of a common kind its cost follows from a rule; any other is built by Keras
with deferred weights. The tests hold the rules to what Keras builds.
"""

import json
import math
from collections.abc import Iterator, Sequence
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

_templates: LRUCache[tuple, keras.layers.Layer] = LRUCache(400)
_nodes: LRUCache[tuple, "Measured"] = LRUCache(10_000)
_leaves: LRUCache[tuple, Cost] = LRUCache(10_000)


class ShapeError(ValueError):
    """A layer that cannot take what it is given; `layer` is its class, `given` the shapes it got.

    `copy` says which copy of a repeated node it is, from 1.
    """

    def __init__(self, message: str, layer: str, given: list[Shape]) -> None:
        super().__init__(message)
        self.layer = layer
        self.given = given
        self.copy = 1


@dataclass(frozen=True)
class Measured:
    """The cost of a node, its parts included, or the error that its shapes lead to."""

    cost: Cost | None
    error: ShapeError | None = None


@dataclass
class _Tally:
    """What the parts of a block cost so far, and the tensors that `keras.ops` may have led to."""

    costs: list[Cost] = field(default_factory=list)
    tensors: list[Any] = field(default_factory=list)


_TALLY: ContextVar[_Tally | None] = ContextVar("tally", default=None)


def measure(block: str, params: dict[str, Any], given: Sequence[Shape], dtypes: Sequence[str]) -> Measured:
    """The cost of a node of the catalog that reads results of these shapes (with the batch).

    The arguments must have passed the catalog's check. What Keras refuses comes back as an error, not raised.
    """
    policy = keras.config.dtype_policy().name
    key = (block, json.dumps(params, sort_keys=True), tuple(given), tuple(dtypes), policy)
    found = _nodes.get(key)
    if found is None:
        found = _measure(key, block, params, given, dtypes)
        _nodes[key] = found
    return found


def _measure(
    key: tuple, block: str, params: dict[str, Any], given: Sequence[Shape], dtypes: Sequence[str]
) -> Measured:
    reason = input_problem(block, params, given, dtypes)
    if reason is not None:
        return Measured(None, ShapeError(reason, block, list(given)))
    try:
        template = _templates.get((block, key[1], key[-1]))
        if template is None:
            template = _prepare(make_layer(block, params, name="part"))
            # One whose parts follow from what comes in fits these shapes only.
            if not (isinstance(template, Block) and template.sized):
                _templates[block, key[1], key[-1]] = template
        return Measured(_trace(template, block, params, given, dtypes))
    except ShapeError as error:
        # A new one: that which was raised would keep every layer of its traceback alive in the memory.
        return Measured(None, ShapeError(str(error), error.layer, error.given))
    except (ValueError, TypeError, NotImplementedError) as error:
        return Measured(None, ShapeError(str(error), block, list(given)))


def _prepare(layer: keras.layers.Layer) -> keras.layers.Layer:
    for leaf in _leaves_of(layer):
        if hasattr(leaf, "_measured_key"):
            continue
        config = leaf.get_config()
        config.pop("name", None)
        vars(leaf)["_measured_key"] = json.dumps(config, sort_keys=True, default=str)
        object.__setattr__(leaf, "__class__", _measured_class(type(leaf)))
    return layer


def _leaves_of(layer: keras.layers.Layer) -> Iterator[keras.layers.Layer]:
    if not (isinstance(layer, Block) and layer.opens):
        yield layer
        return
    for part in layer._flatten_layers(recursive=False, include_self=False):
        yield from _leaves_of(part)


@cache
def _measured_class(kind: type[keras.layers.Layer]) -> type[keras.layers.Layer]:
    """The same class, but a call measures the layer in place of building and running it."""
    members = {"__call__": _measured_call, "__module__": kind.__module__, "_measured_kind": kind}
    if issubclass(kind, Block):
        return type(kind)(kind.__name__, (kind,), members, register=False)
    return type(kind)(kind.__name__, (kind,), members)


def _trace(
    template: keras.layers.Layer,
    block: str,
    params: dict[str, Any],
    given: Sequence[Shape],
    dtypes: Sequence[str],
) -> Cost:
    tensors = [keras.KerasTensor(shape, dtype=dtype) for shape, dtype in zip(given, dtypes, strict=True)]
    tally = _Tally()
    token = _TALLY.set(tally)
    try:
        with ExitStack() as stack:
            stack.enter_context(expanded(_prepare))
            outputs = call_layer(template, catalog().blocks[block], params, tensors)
    finally:
        _TALLY.reset(token)
    costs = tally.costs + _operations([*tally.tensors, *tree.flatten(outputs)])
    shapes = [tuple(one.shape) for one in tree.flatten(outputs)]
    return Cost(
        shape=shapes if isinstance(outputs, list | tuple) else shapes[0],
        dtype=tree.flatten(outputs)[0].dtype,
        params=sum(cost.params for cost in costs),
        trainable_params=sum(cost.trainable_params for cost in costs),
        macs=_total([cost.macs for cost in costs]),
        activation_bytes=_total([cost.activation_bytes for cost in costs]),
    )


def _total(counts: list[int | None]) -> int | None:
    return None if None in counts else sum(counts)


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


def _shape_or_value(one: Any) -> Any:
    return tuple(one.shape) if keras.utils.is_keras_tensor(one) else one


def _leaf_cost(layer: keras.layers.Layer, args: tuple, kwargs: dict[str, Any]) -> Cost:
    kind = layer._measured_kind
    given = [tuple(one.shape) for one in tree.flatten([args, kwargs]) if keras.utils.is_keras_tensor(one)]
    spec = SPECS.get(kind.__name__) if kind.__module__.startswith("keras.") else None
    counted = None
    if spec is not None and spec.weights is not None and len(args) == 1 and not kwargs:
        try:
            counted = spec.weights(layer, given)
        except ValueError as error:
            raise ShapeError(str(error), kind.__name__, given) from None
    if counted is None:
        return _built_cost(layer, kind, given, args, kwargs)
    shape, trainable, fixed = counted
    if not layer.trainable:
        trainable, fixed = 0, trainable + fixed
    return Cost(
        shape,
        layer.compute_dtype,
        trainable + fixed,
        trainable,
        layer_macs(layer, given, shape),
        activation_bytes([shape]),
    )


def _built_cost(
    layer: keras.layers.Layer, kind: type, given: list[Shape], args: tuple, kwargs: dict[str, Any]
) -> Cost:
    """The cost of a layer that Keras builds for the purpose, with its weights left unmade."""
    token = _TALLY.set(None)
    try:
        built = kind.from_config(layer.get_config())
        with without_weights():
            outputs = built(*args, **kwargs)
    except (ValueError, TypeError, NotImplementedError) as error:
        raise ShapeError(str(error), kind.__name__, given) from None
    finally:
        _TALLY.reset(token)
    shapes = [tuple(one.shape) for one in tree.flatten(outputs)]
    if any(0 in shape[1:] for shape in shapes):
        raise ShapeError(f"The result would be empty: {shapes[0]}.", kind.__name__, given)
    return Cost(
        shapes if isinstance(outputs, list | tuple) else shapes[0],
        tree.flatten(outputs)[0].dtype,
        sum(math.prod(weight.shape) for weight in built.weights),
        sum(math.prod(weight.shape) for weight in built.trainable_weights),
        layer_macs(built, given, shapes[0]),
        activation_bytes(shapes),
    )


def _operations(tensors: list[Any]) -> list[Cost]:
    """The costs of the `keras.ops` calls that led to these tensors."""
    costs = []
    seen: set[int] = set()
    stack = list(tensors)
    while stack:
        history = getattr(stack.pop(), "_keras_history", None)
        if history is None or history.operation is None:
            continue
        node = history.operation._inbound_nodes[history.node_index]
        if id(node) in seen:
            continue
        seen.add(id(node))
        given = [tuple(one.shape) for one in node.input_tensors]
        results = [tuple(one.shape) for one in node.output_tensors]
        macs = operation_macs(node.operation, given, results[0])
        costs.append(Cost(results[0], "", 0, 0, macs, activation_bytes(results)))
        stack += node.input_tensors
    return costs

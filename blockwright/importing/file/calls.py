"""How the layers of a model are called: the `inbound_nodes` of the file, in the form of Keras 3 or of Keras 2."""

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from blockwright.importing.problems import Unsupported, json_kind, short, short_name

_MAX_RANK = 8


@dataclass(frozen=True)
class TensorRef:
    """One output of one call of a layer: `call` counts the layer's calls, `result` the outputs of each of them.

    `shape`, the batch included, is what the file says of it, and makes no difference to whether two are equal.
    """

    layer: str
    call: int = 0
    result: int = 0
    shape: tuple[int | None, ...] | None = field(default=None, compare=False)


@dataclass
class Call:
    """One call of a layer; a `TensorRef` stands for each tensor, anywhere in `args` and `kwargs`."""

    args: list[Any] = field(default_factory=list)
    kwargs: dict[str, Any] = field(default_factory=dict)

    def tensors(self) -> Iterator[TensorRef]:
        """Every tensor that the call reads."""
        yield from tensors_in([self.args, self.kwargs])

    def without_masks(self) -> "Call":
        """The same call without its arguments that are masks."""
        return Call(
            self.args, {name: value for name, value in self.kwargs.items() if not name.endswith("mask")}
        )


def tensors_in(value: Any) -> Iterator[TensorRef]:
    """The tensors inside a value, in order; those of an object in the order of its sorted keys, as Keras flattens."""
    if isinstance(value, TensorRef):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from tensors_in(item)
    elif isinstance(value, dict):
        for key in sorted(value):
            yield from tensors_in(value[key])


def read_calls(entry: dict[str, Any], layers: Container[str]) -> list[Call]:
    """The calls of a layer of a functional model. `layers` are the names that a tensor may come from.

    Raises `Unsupported` for what is in neither form.
    """
    inbound = entry.get("inbound_nodes", [])
    if not isinstance(inbound, list):
        raise Unsupported(f"`inbound_nodes` must be a list. Received: {short(inbound)}.")
    return [
        _keras_3(node) if isinstance(node, dict) and "args" in node else _keras_2(node, layers)
        for node in inbound
    ]


def read_endpoints(value: Any, key: str) -> list[TensorRef]:
    """The tensors of `input_layers` or `output_layers`, which may be one, a list or an object of them."""
    endpoints = list(_endpoints(value))
    if not endpoints:
        raise Unsupported(
            f"`{key}` must name layers, each as [name, call, output]. Received: {short(value)}."
        )
    return endpoints


def plain(value: Any) -> Any:
    """A value of the file as plain JSON: tuples and small arrays are written as objects there."""
    return _mapped(value, _unwrapped)


def _keras_3(node: dict[str, Any]) -> Call:
    args, kwargs = node.get("args"), node.get("kwargs", {})
    if not isinstance(args, list) or not isinstance(kwargs, dict):
        raise Unsupported(f"A call needs the list `args` and the object `kwargs`. Received: {short(node)}.")
    return Call(
        [_mapped(arg, _tensor) for arg in args], {name: _mapped(arg, _tensor) for name, arg in kwargs.items()}
    )


def _tensor(value: dict[str, Any]) -> Any:
    if value.get("class_name") != "__keras_tensor__":
        return _unwrapped(value)
    config = value.get("config")
    config = config if isinstance(config, dict) else {}
    history = config.get("keras_history")
    tensor = _tensor_ref(history)
    if tensor is None:
        raise Unsupported(
            f"A tensor must say where it comes from, as [layer, call, output]. Received: {short(history)}."
        )
    return replace(tensor, shape=_shape(config.get("shape")))


def _shape(value: Any) -> tuple[int | None, ...] | None:
    value = plain(value)
    if not isinstance(value, list) or not 0 < len(value) <= _MAX_RANK:
        return None
    if not all(size is None or (type(size) is int and 0 < size < 10**9) for size in value):
        return None
    return tuple(value)


def _unwrapped(value: dict[str, Any]) -> Any:
    kind = value.get("class_name")
    if kind == "__tuple__" and isinstance(value.get("items"), list):
        return value["items"]
    config = value.get("config")
    if kind in ("__numpy__", "__tensor__") and isinstance(config, dict) and "value" in config:
        return config["value"]
    if value.get("type") == "ndarray" and "value" in value:
        return value["value"]
    return value


def _mapped(value: Any, change: Callable[[dict[str, Any]], Any]) -> Any:
    if isinstance(value, dict):
        changed = change(value)
        if changed is not value:
            return changed if isinstance(changed, TensorRef) else _mapped(changed, change)
        return {key: _mapped(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [_mapped(item, change) for item in value]
    return value


def _keras_2(node: Any, layers: Container[str]) -> Call:
    if isinstance(node, dict):
        if not all(_is_entry(entry) for entry in node.values()):
            raise _no_call(node)
        return Call([{key: _tensor_ref(entry[:3]) for key, entry in node.items()}], {})
    if _is_entry(node):
        node = [node]
    if not isinstance(node, list) or not node or not all(_is_entry(entry) for entry in node):
        raise _no_call(node)
    args = [entry[2] if entry[0] == "_CONSTANT_VALUE" else _tensor_ref(entry[:3]) for entry in node]
    kwargs = node[0][3] if len(node[0]) > 3 else {}
    return Call([args[0] if len(args) == 1 else args], _with_tensors(kwargs, layers))


def _is_entry(value: Any) -> bool:
    valid = isinstance(value, list) and len(value) in (3, 4) and isinstance(value[0], str)
    if not valid or (len(value) == 4 and not isinstance(value[3], dict)):
        return False
    return value[0] == "_CONSTANT_VALUE" or _tensor_ref(value[:3]) is not None


def _with_tensors(value: Any, layers: Container[str]) -> Any:
    """An argument by name, where Keras 2 does not tell tensors from lists: what names an existing layer is a tensor."""
    if isinstance(value, list):
        tensor = _tensor_ref(value)
        if tensor is not None and tensor.layer in layers:
            return tensor
        return [_with_tensors(item, layers) for item in value]
    if isinstance(value, dict):
        return {key: _with_tensors(item, layers) for key, item in value.items()}
    return value


def _tensor_ref(value: Any) -> TensorRef | None:
    if not isinstance(value, list) or len(value) != 3 or not isinstance(value[0], str):
        return None
    if not all(type(number) is int and 0 <= number < 10_000 for number in value[1:]):
        return None
    return TensorRef(*value)


def _endpoints(value: Any) -> Iterator[TensorRef]:
    tensor = _tensor_ref(value)
    if tensor is not None:
        yield tensor
    elif isinstance(value, list):
        for item in value:
            yield from _endpoints(item)
    elif isinstance(value, dict):
        for key in sorted(value):
            yield from _endpoints(value[key])
    else:
        raise Unsupported(
            f"A tensor is written as [layer, call, output]. Received: {short(value)} ({json_kind(value)})."
        )


def _no_call(node: Any) -> Unsupported:
    return Unsupported(
        f"A call names the layers that it reads, as [name, call, output]. Received: {short_name(short(node))}."
    )

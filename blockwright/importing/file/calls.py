"""How the layers of a model are called: the `inbound_nodes` of the file, in the form of Keras 3 or of Keras 2."""

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from blockwright.importing.problems import Unfit, kind_of, short, word

_MOST_DIMENSIONS = 8


@dataclass(frozen=True)
class Wire:
    """One result of one call of a layer: `call` counts the layer's calls, `result` what each of them gives.

    `shape` is what the file tells of it, the batch included; it makes no difference to which wire this is.
    """

    layer: str
    call: int = 0
    result: int = 0
    shape: tuple[int | None, ...] | None = field(default=None, compare=False)


@dataclass
class Call:
    """One call of a layer; wires stand for tensors anywhere in `args` and `kwargs`."""

    args: list[Any] = field(default_factory=list)
    kwargs: dict[str, Any] = field(default_factory=dict)

    def wires(self) -> Iterator[Wire]:
        """Every tensor that the call takes."""
        yield from wires_in([self.args, self.kwargs])


def wires_in(value: Any) -> Iterator[Wire]:
    """The wires inside a value, in order; those of an object in the order of its sorted keys, as Keras flattens."""
    if isinstance(value, Wire):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from wires_in(one)
    elif isinstance(value, dict):
        for key in sorted(value):
            yield from wires_in(value[key])


def read_calls(entry: dict[str, Any], layers: Container[str]) -> list[Call]:
    """The calls of a layer of a functional model. `layers` are the names that a wire may come from.

    Raises `Unfit` for what is neither form.
    """
    inbound = entry.get("inbound_nodes", [])
    if not isinstance(inbound, list):
        raise Unfit(f"`inbound_nodes` must be a list. Received: {short(inbound)}.")
    return [_keras_3(one) if _is_keras_3(one) else _keras_2(one, layers) for one in inbound]


def read_ends(value: Any, what: str) -> list[Wire]:
    """The wires of `input_layers` or `output_layers`, which may be one, a list or an object of them."""
    found = list(_ends(value))
    if not found:
        raise Unfit(f"`{what}` must name layers, each as [name, call, result]. Received: {short(value)}.")
    return found


def plain(value: Any) -> Any:
    """A value of the file as plain JSON: tuples and small arrays are written as objects there."""
    return _mapped(value, lambda one: _unwrapped(one))


def _is_keras_3(value: Any) -> bool:
    return isinstance(value, dict) and "args" in value


def _keras_3(node: dict[str, Any]) -> Call:
    args, kwargs = node.get("args"), node.get("kwargs", {})
    if not isinstance(args, list) or not isinstance(kwargs, dict):
        raise Unfit(f"A call needs the list `args` and the object `kwargs`. Received: {short(node)}.")
    return Call(
        [_mapped(one, _tensor) for one in args], {name: _mapped(one, _tensor) for name, one in kwargs.items()}
    )


def _tensor(value: dict[str, Any]) -> Any:
    if value.get("class_name") != "__keras_tensor__":
        return _unwrapped(value)
    config = value.get("config")
    config = config if isinstance(config, dict) else {}
    history = config.get("keras_history")
    wire = _wire(history)
    if wire is None:
        raise Unfit(
            f"A tensor must say where it comes from, as [layer, call, result]. Received: {short(history)}."
        )
    return replace(wire, shape=_shape(config.get("shape")))


def _shape(value: Any) -> tuple[int | None, ...] | None:
    value = plain(value)
    fits = isinstance(value, list) and 0 < len(value) <= _MOST_DIMENSIONS
    if not fits or not all(one is None or (type(one) is int and 0 < one < 10**9) for one in value):
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
            return changed if isinstance(changed, Wire) else _mapped(changed, change)
        return {key: _mapped(one, change) for key, one in value.items()}
    if isinstance(value, list):
        return [_mapped(one, change) for one in value]
    return value


def _keras_2(node: Any, layers: Container[str]) -> Call:
    if isinstance(node, dict):
        if not all(_is_entry(one) for one in node.values()):
            raise _no_call(node)
        return Call([{key: _wire(one[:3]) for key, one in node.items()}], {})
    if _is_entry(node):
        node = [node]
    if not isinstance(node, list) or not node or not all(_is_entry(one) for one in node):
        raise _no_call(node)
    given = [one[2] if one[0] == "_CONSTANT_VALUE" else _wire(one[:3]) for one in node]
    kwargs = node[0][3] if len(node[0]) > 3 else {}
    kwargs = {key: _references(one, layers) for key, one in kwargs.items()}
    return Call([given[0] if len(given) == 1 else given], kwargs)


def _is_entry(value: Any) -> bool:
    fits = isinstance(value, list) and len(value) in (3, 4) and isinstance(value[0], str)
    if not fits or (len(value) == 4 and not isinstance(value[3], dict)):
        return False
    return value[0] == "_CONSTANT_VALUE" or _wire(value[:3]) is not None


def _references(value: Any, layers: Container[str]) -> Any:
    """An argument by name: what looks like a wire and comes from a layer that there is, is one."""
    if isinstance(value, list):
        wire = _wire(value)
        if wire is not None and wire.layer in layers:
            return wire
        return [_references(one, layers) for one in value]
    if isinstance(value, dict):
        return {key: _references(one, layers) for key, one in value.items()}
    return value


def _wire(value: Any) -> Wire | None:
    if not isinstance(value, list) or len(value) != 3 or not isinstance(value[0], str):
        return None
    if not all(isinstance(one, int) and not isinstance(one, bool) and 0 <= one < 10_000 for one in value[1:]):
        return None
    return Wire(*value)


def _ends(value: Any) -> Iterator[Wire]:
    wire = _wire(value)
    if wire is not None:
        yield wire
    elif isinstance(value, list):
        for one in value:
            yield from _ends(one)
    elif isinstance(value, dict):
        for key in sorted(value):
            yield from _ends(value[key])
    else:
        raise Unfit(
            f"A wire is written as [layer, call, result]. Received: {short(value)} ({kind_of(value)})."
        )


def _no_call(node: Any) -> Unfit:
    return Unfit(
        f"A call names the layers that it reads, as [name, call, result]. Received: {word(short(node))}."
    )

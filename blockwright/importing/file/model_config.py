"""One model of the file, the outermost or one inside it, as a list of checked layers and their calls."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

from blockwright.importing.file.calls import Call, Wire, read_calls, read_ends
from blockwright.importing.file.layer_class import kind_of_class
from blockwright.importing.operations.operations import operation_name
from blockwright.importing.problems import Report, Unfit, kind_of, short, word
from blockwright.layers import makes_mask

_MASK_OPERATIONS = frozenset(
    {"Any", "All", "ConvertToTensor", "LogicalAnd", "LogicalOr", "Concatenate", "ExpandDims", "Squeeze"}
)
_MASK_FILLERS = frozenset({"OnesLike", "ZerosLike"})


@dataclass
class Layer:
    """One entry of a model's `layers`."""

    index: int
    name: str
    kind: str
    entry: dict[str, Any]
    place: str
    calls: list[Call] = field(default_factory=list)

    @property
    def class_name(self) -> str:
        """The name of its class in the file."""
        return self.entry["class_name"]

    @property
    def config(self) -> dict[str, Any]:
        """Its arguments in the file."""
        return self.entry["config"]


@dataclass
class Level:
    """A model's layers by name, in the order of the file, with what goes in and what comes out.

    `refused` names the layers that were told as problems already, so that those below them need not be; `frozen` tells
    whether training leaves the whole model as it is.
    """

    layers: dict[str, Layer]
    inputs: dict[str, None]
    outputs: list[Wire]
    refused: set[str]
    frozen: bool = False
    _followed: dict[Wire, bool] = field(default_factory=dict)

    @cached_property
    def _masking(self) -> set[Wire]:
        """What is read by layers that make a mask of it."""
        return {
            read
            for layer in self.layers.values()
            if makes_mask(layer.class_name, layer.config)
            for call in layer.calls
            for read in call.wires()
        }

    def mask_operations(self) -> set[str]:
        """The operations that only work out masks which Keras works out by itself; they are not nodes."""
        needed: set[str] = set()
        stack = [wire.layer for wire in self.outputs]
        while stack:
            layer = self.layers.get(stack.pop())
            if layer is None or layer.name in needed:
                continue
            needed.add(layer.name)
            for call in layer.calls:
                kept = {name: one for name, one in call.kwargs.items() if not name.endswith("mask")}
                stack += [wire.layer for wire in Call(call.args, kept).wires()]
        return {
            one.name for one in self.layers.values() if one.kind == "operation" and one.name not in needed
        }

    def follows(self, wire: Wire) -> bool:
        """Whether a mask comes from what an Embedding with `mask_zero`, or a Masking, reads."""
        if wire not in self._followed:
            self._followed[wire] = self._follow(wire)
        return self._followed[wire]

    def _follow(self, wire: Wire) -> bool:
        stack, seen, found = [wire], set(), False
        while stack:
            one = stack.pop()
            layer = self.layers.get(one.layer)
            if one in seen:
                continue
            seen.add(one)
            if layer is None or layer.kind != "operation":
                return False
            name = operation_name(layer.entry)
            reads = [read for call in layer.calls for read in call.wires()]
            if name in ("NotEqual", "math.not_equal"):
                if not reads or not all(read in self._masking for read in reads):
                    return False
                found = True
            elif name in _MASK_OPERATIONS:
                stack += reads
            elif name not in _MASK_FILLERS:
                return False
        return found


def read_level(config: dict[str, Any], class_name: str, trail: str, report: Report, keras_2: bool) -> Level:
    """The layers of a model, their calls and ends; what is wrong with any of them goes into `report`.

    Raises `Unfit` where there are no layers to speak of.
    """
    entries = config.get("layers")
    if not isinstance(entries, list) or not entries:
        raise Unfit(f"A model must have the list `layers`. Received: {short(entries)}.")
    layers: dict[str, Layer] = {}
    refused: dict[str, int] = {}
    for index, entry in enumerate(entries):
        layer = _layer(index, entry, trail, report)
        if layer is None:
            refused[_name_of(entry) or ""] = index
            continue
        other = layers.get(layer.name)
        if other is not None:
            report.problem(
                layer.place,
                f"`layers[{other.index}]` has the same name. Every layer needs a name of its own.",
            )
            continue
        layers[layer.name] = layer
    if class_name == "Sequential":
        return _sequence(layers, refused, config, trail, report)
    for layer in layers.values():
        try:
            layer.calls = read_calls(layer.entry, layers)
        except Unfit as problem:
            report.problem(layer.place, str(problem))
            refused[layer.name] = layer.index
    inputs = read_ends(config.get("input_layers"), "input_layers")
    outputs = read_ends(config.get("output_layers"), "output_layers")
    _count_from_zero(layers, outputs, keras_2)
    frozen = config.get("trainable") is False
    return Level(layers, dict.fromkeys(wire.layer for wire in inputs), outputs, set(refused), frozen)


def _name_of(entry: Any) -> str | None:
    config = entry.get("config") if isinstance(entry, dict) else None
    named = config.get("name") if isinstance(config, dict) else None
    name = entry.get("name", named) if isinstance(entry, dict) else None
    return name if isinstance(name, str) else None


def _layer(index: int, entry: Any, trail: str, report: Report) -> Layer | None:
    place = f"{trail}layers[{index}]"
    if not isinstance(entry, dict):
        report.problem(place, f"A layer must be an object. Received: {kind_of(entry)}.")
        return None
    class_name, config = entry.get("class_name"), entry.get("config")
    if not isinstance(class_name, str):
        report.problem(place, f"`class_name` must be text. Received: {short(class_name)}.")
        return None
    named = config.get("name") if isinstance(config, dict) else None
    name = entry.get("name", named)
    place += f" '{word(name)}' ({word(class_name)})" if isinstance(name, str) else f" ({word(class_name)})"
    if config is None and class_name != "Lambda":
        config = {}
    if not isinstance(config, dict) and class_name != "Sequential":
        report.problem(place, f"`config` must be an object. Received: {kind_of(config)}.")
        return None
    if not isinstance(name, str) or not name:
        name = f"{class_name.lower()}_{index}" if name is None else None
    if name is None:
        report.problem(place, f"`name` must be text. Received: {short(entry.get('name', named))}.")
        return None
    if isinstance(config, list):
        config = {"layers": config, "name": name}
    entry = {**entry, "config": config}
    try:
        return Layer(index, name, kind_of_class(entry), entry, place)
    except Unfit as problem:
        report.problem(
            place, str(problem), "code-refused" if class_name == "Lambda" else "unknown-layer", None
        )
        return None


def _sequence(
    layers: dict[str, Layer], refused: dict[str, int], config: dict[str, Any], trail: str, report: Report
) -> Level:
    first = next(iter(layers.values()), None)
    if first is not None and first.class_name != "InputLayer":
        entrance = _unnamed_input(first, config, layers, trail)
        layers = {entrance.name: entrance, **layers}
    places = {**refused, **{name: layer.index for name, layer in layers.items()}}
    order = sorted(places, key=lambda name: places[name])
    for before, name in pairwise(order):
        layer = layers.get(name)
        if layer is None:
            continue
        if layer.class_name == "InputLayer":
            report.problem(layer.place, "An input stands in the middle of the layers; it must be the first.")
        layer.calls = [Call([Wire(before)])]
    frozen = config.get("trainable") is False
    ends = [Wire(name) for name in order[-1:]]
    return Level(layers, dict.fromkeys(order[:1]), ends, set(refused), frozen)


def _unnamed_input(first: Layer, config: dict[str, Any], layers: dict[str, Layer], trail: str) -> Layer:
    """The input of a Sequential model that does not list one: its shape stands with the model, or its first layer."""
    name = "input"
    while name in layers:
        name += "_"
    places = (
        config.get("build_input_shape"),
        first.config.get("batch_input_shape"),
        first.config.get("batch_shape"),
    )
    shape = next((one for one in places if one is not None), None)
    entry = {"class_name": "InputLayer", "config": {"name": name, "batch_shape": shape}}
    return Layer(-1, name, "layer", entry, f"{trail}input")


def _count_from_zero(layers: dict[str, Layer], outputs: list[Wire], keras_2: bool) -> None:
    """Let wires count the calls of inner models from 0.

    Keras counts from 1 where the making of a model was itself a call: Keras 2 everywhere, for models that know their
    input, and Keras 3 in `output_layers`, for functional ones.
    """
    ahead = {name for name, layer in layers.items() if layer.kind == "model" and _knows_its_input(layer)}

    def moved(value: Any, shifted: set[str]) -> Any:
        if isinstance(value, Wire):
            return replace(value, call=value.call - 1) if value.layer in shifted else value
        if isinstance(value, list):
            return [moved(one, shifted) for one in value]
        if isinstance(value, dict):
            return {key: moved(one, shifted) for key, one in value.items()}
        return value

    if keras_2:
        for layer in layers.values():
            layer.calls = [Call(moved(one.args, ahead), moved(one.kwargs, ahead)) for one in layer.calls]
    else:
        ahead = {name for name in ahead if layers[name].class_name != "Sequential"}
    outputs[:] = moved(outputs, ahead)


def _knows_its_input(layer: Layer) -> bool:
    inside = layer.config.get("layers")
    first = inside[0] if isinstance(inside, list) and inside else None
    return layer.class_name != "Sequential" or (
        isinstance(first, dict) and first.get("class_name") == "InputLayer"
    )

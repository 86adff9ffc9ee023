"""One model of the file, the outermost or a nested one, as a list of checked layers and their calls."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

from blockwright.importing.file.calls import Call, TensorRef, read_calls, read_endpoints
from blockwright.importing.file.layer_class import LayerKind, kind_of_class
from blockwright.importing.file.operation_names import operation_name
from blockwright.importing.problems import Report, Unsupported, json_kind, short, short_name
from blockwright.layers import makes_mask

_MASK_OPERATIONS = frozenset(
    {"Any", "All", "ConvertToTensor", "LogicalAnd", "LogicalOr", "Concatenate", "ExpandDims", "Squeeze"}
)
_MASK_FILLERS = frozenset({"OnesLike", "ZerosLike"})


@dataclass
class Layer:
    """One entry of a model's `layers`; `path` says where it is, for example "layers[12] 'conv1' (Conv2D)"."""

    index: int
    name: str
    kind: LayerKind
    entry: dict[str, Any]
    path: str
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
class ModelConfig:
    """A model's layers by name, in the order of the file, with its inputs and outputs.

    Attributes:
        refused: the layers that were reported as problems already, so that those that read them need not be.
        frozen: whether training leaves the whole model unchanged.
    """

    layers: dict[str, Layer]
    inputs: dict[str, None]
    outputs: list[TensorRef]
    refused: set[str]
    frozen: bool = False
    _are_created_masks: dict[TensorRef, bool] = field(default_factory=dict)

    @cached_property
    def _read_by_mask_makers(self) -> set[TensorRef]:
        """The tensors that are read by layers that create a mask from them."""
        return {
            tensor
            for layer in self.layers.values()
            if makes_mask(layer.class_name, layer.config)
            for call in layer.calls
            for tensor in call.tensors()
        }

    def mask_operations(self) -> set[str]:
        """The operations that only compute masks which Keras computes by itself; they are not nodes."""
        needed: set[str] = set()
        stack = [tensor.layer for tensor in self.outputs]
        while stack:
            layer = self.layers.get(stack.pop())
            if layer is None or layer.name in needed:
                continue
            needed.add(layer.name)
            for call in layer.calls:
                stack += [tensor.layer for tensor in call.without_masks().tensors()]
        return {
            layer.name
            for layer in self.layers.values()
            if layer.kind == "operation" and layer.name not in needed
        }

    def is_created_mask(self, tensor: TensorRef) -> bool:
        """Whether a mask is computed from what an Embedding with `mask_zero`, or a Masking, reads."""
        if tensor not in self._are_created_masks:
            self._are_created_masks[tensor] = self._is_created_mask(tensor)
        return self._are_created_masks[tensor]

    def _is_created_mask(self, mask: TensorRef) -> bool:
        stack, visited, compares_input = [mask], set(), False
        while stack:
            tensor = stack.pop()
            if tensor in visited:
                continue
            visited.add(tensor)
            layer = self.layers.get(tensor.layer)
            if layer is None or layer.kind != "operation":
                return False
            name = operation_name(layer.entry)
            reads = [read for call in layer.calls for read in call.tensors()]
            if name in ("NotEqual", "math.not_equal"):
                if not reads or not all(read in self._read_by_mask_makers for read in reads):
                    return False
                compares_input = True
            elif name in _MASK_OPERATIONS:
                stack += reads
            elif name not in _MASK_FILLERS:
                return False
        return compares_input


def read_model(
    config: dict[str, Any], class_name: str, path: str, report: Report, keras_2: bool
) -> ModelConfig:
    """The layers of a model, their calls, and its inputs and outputs; problems with any of them go into `report`.

    Raises `Unsupported` where there are no layers at all.
    """
    entries = config.get("layers")
    if not isinstance(entries, list) or not entries:
        raise Unsupported(f"A model must have the list `layers`. Received: {short(entries)}.")
    layers: dict[str, Layer] = {}
    refused: dict[str, int] = {}
    for index, entry in enumerate(entries):
        layer = _read_layer(index, entry, path, report)
        if layer is None:
            name = _layer_name(entry)
            refused[name if isinstance(name, str) else ""] = index
        elif layer.name in layers:
            report.problem(
                layer.path,
                f"`layers[{layers[layer.name].index}]` has the same name. Every layer needs a name of its own.",
            )
        else:
            layers[layer.name] = layer
    if class_name == "Sequential":
        return _sequential(layers, refused, config, path, report)
    for layer in layers.values():
        try:
            layer.calls = read_calls(layer.entry, layers)
        except Unsupported as problem:
            report.problem(layer.path, str(problem))
            refused[layer.name] = layer.index
    inputs = read_endpoints(config.get("input_layers"), "input_layers")
    outputs = read_endpoints(config.get("output_layers"), "output_layers")
    outputs = _count_calls_from_zero(layers, outputs, keras_2)
    frozen = config.get("trainable") is False
    return ModelConfig(
        layers, dict.fromkeys(tensor.layer for tensor in inputs), outputs, set(refused), frozen
    )


def _layer_name(entry: Any) -> Any:
    if not isinstance(entry, dict):
        return None
    config = entry.get("config")
    return entry.get("name", config.get("name") if isinstance(config, dict) else None)


def _read_layer(index: int, entry: Any, model_path: str, report: Report) -> Layer | None:
    path = f"{model_path}layers[{index}]"
    if not isinstance(entry, dict):
        report.problem(path, f"A layer must be an object. Received: {json_kind(entry)}.")
        return None
    class_name, config = entry.get("class_name"), entry.get("config")
    if not isinstance(class_name, str):
        report.problem(path, f"`class_name` must be text. Received: {short(class_name)}.")
        return None
    name = _layer_name(entry)
    if isinstance(name, str):
        path += f" '{short_name(name)}'"
    path += f" ({short_name(class_name)})"
    if config is None and class_name != "Lambda":
        config = {}
    if not isinstance(config, dict) and not (class_name == "Sequential" and isinstance(config, list)):
        report.problem(path, f"`config` must be an object. Received: {json_kind(config)}.")
        return None
    if name is None:
        name = f"{class_name.lower()}_{index}"
    elif not isinstance(name, str) or not name:
        report.problem(path, f"`name` must be text. Received: {short(name)}.")
        return None
    if isinstance(config, list):
        config = {"layers": config, "name": name}
    entry = {**entry, "config": config}
    try:
        return Layer(index, name, kind_of_class(entry), entry, path)
    except Unsupported as problem:
        code = "code-refused" if class_name == "Lambda" else "unknown-layer"
        report.problem(path, str(problem), code=code)
        return None


def _sequential(
    layers: dict[str, Layer], refused: dict[str, int], config: dict[str, Any], path: str, report: Report
) -> ModelConfig:
    first = next(iter(layers.values()), None)
    if first is not None and first.class_name != "InputLayer":
        unnamed_input = _unnamed_input(first, config, layers, path)
        layers = {unnamed_input.name: unnamed_input, **layers}
    indices = {**refused, **{name: layer.index for name, layer in layers.items()}}
    order = sorted(indices, key=lambda name: indices[name])
    for previous, name in pairwise(order):
        layer = layers.get(name)
        if layer is None:
            continue
        if layer.class_name == "InputLayer":
            report.problem(layer.path, "An input is in the middle of the layers; it must come first.")
        layer.calls = [Call([TensorRef(previous)])]
    frozen = config.get("trainable") is False
    outputs = [TensorRef(name) for name in order[-1:]]
    return ModelConfig(layers, dict.fromkeys(order[:1]), outputs, set(refused), frozen)


def _unnamed_input(first: Layer, config: dict[str, Any], layers: dict[str, Layer], path: str) -> Layer:
    """The input of a Sequential model that does not list one: the model or its first layer has the shape."""
    name = "input"
    while name in layers:
        name += "_"
    shapes = (
        config.get("build_input_shape"),
        first.config.get("batch_input_shape"),
        first.config.get("batch_shape"),
    )
    shape = next((shape for shape in shapes if shape is not None), None)
    entry = {"class_name": "InputLayer", "config": {"name": name, "batch_shape": shape}}
    return Layer(-1, name, "layer", entry, f"{path}input")


def _count_calls_from_zero(
    layers: dict[str, Layer], outputs: list[TensorRef], keras_2: bool
) -> list[TensorRef]:
    """Make the calls of nested models count from 0, in the layers' calls and in `outputs`, which is returned.

    Keras counts from 1 where the making of a model was itself a call: Keras 2 everywhere, for models that know their
    input, and Keras 3 in `output_layers`, for functional ones.
    """
    ahead = {name for name, layer in layers.items() if layer.kind == "model" and _knows_its_input(layer)}

    def shifted(value: Any) -> Any:
        if isinstance(value, TensorRef):
            return replace(value, call=value.call - 1) if value.layer in ahead else value
        if isinstance(value, list):
            return [shifted(item) for item in value]
        if isinstance(value, dict):
            return {key: shifted(item) for key, item in value.items()}
        return value

    if keras_2:
        for layer in layers.values():
            layer.calls = [Call(shifted(call.args), shifted(call.kwargs)) for call in layer.calls]
    else:
        ahead = {name for name in ahead if layers[name].class_name != "Sequential"}
    return shifted(outputs)


def _knows_its_input(layer: Layer) -> bool:
    if layer.class_name != "Sequential":
        return True
    layers = layer.config.get("layers")
    first = layers[0] if isinstance(layers, list) and layers else None
    return isinstance(first, dict) and first.get("class_name") == "InputLayer"

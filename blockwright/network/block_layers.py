"""What a block of a design consists of where it stands: its Keras layers, with their arguments and their shapes."""

import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import keras

from blocks import expanded
from blocks._shapes import without_weights
from blockwright.design.composites import used_in
from blockwright.design.parse import read_design
from blockwright.inference.catalog import catalog, catalog_of, make_layer
from blockwright.inference.layer_call import call_layer
from blockwright.inference.shape_inference import infer_shapes
from blockwright.network.describe import view_inside
from blockwright.network.layer_graph import make_composite
from blockwright.schema.catalog import BlockType
from blockwright.schema.description import BlockLayers, LayerDescription
from blockwright.schema.design import Design

_BLOCK = "block"


def block_layers(
    design: Design | dict[str, Any] | str, node: str, block: str | None = None, path: Sequence[str] = ()
) -> BlockLayers:
    """The layers inside a node of a design, or of the inside of its composite block `block`, see `describe_inside`.

    Raises `ValueError` with a sentence for a node that has no layers inside, or whose input shapes are not known.
    """
    design = read_design(design)
    view = infer_shapes(design)
    inside = view if block is None else view_inside(view, block, path)
    if inside is None:
        raise ValueError(f"Nothing uses {block} yet, so its shapes are not known.")
    entry = inside.nodes.get(node)
    if entry is None:
        raise ValueError(f'There is no block named "{node[:60]}".')
    kind = inside.catalog.blocks.get(entry.block)
    if kind is None or not kind.opens:
        raise ValueError(f'"{node}" is a single layer: there is nothing inside.')
    if inside.shapes.get(node) is None or not entry.enabled:
        raise ValueError(f'The shapes of "{node}" are not known, so its layers are not either.')
    question = [entry.block, inside.params(entry), inside.input_shapes(node), inside.input_dtypes(node)]
    definitions = {}
    if kind.origin == "design":
        waiting = [entry.block]
        while waiting:
            name = waiting.pop()
            if name not in definitions:
                definitions[name] = design.composites[name].document()
                waiting += used_in(design.composites[name], design.composites)
    return _traced(json.dumps([*question, definitions], default=str))


@lru_cache(maxsize=256)
def _traced(question: str) -> BlockLayers:
    """The answer for a block with these arguments and input shapes."""
    block, params, shapes, dtypes, composites = json.loads(question)
    inputs = [{"id": "input", "shape": [1]}]
    design = Design.model_validate({"name": block, "inputs": inputs, "nodes": [], "composites": composites})
    kind = catalog_of(design).blocks[block]
    with without_weights():
        layer = (
            make_composite(design, block, params, name=_BLOCK)
            if kind.origin == "design"
            else make_layer(block, params, name=_BLOCK)
        )
        tensors = [keras.Input(shape[1:], dtype=dtype) for shape, dtype in zip(shapes, dtypes, strict=True)]
        with expanded():
            outputs = call_layer(layer, kind, params, tensors)
        model = keras.Model(tensors, outputs)
        return _listed(model)


def _listed(model: keras.Model) -> BlockLayers:
    used = {id(node) for depth in model._nodes_by_depth.values() for node in depth}
    names: dict[int, str] = {
        id(tensor._keras_history.operation): f"input{number or ''}"
        for number, tensor in enumerate(model.inputs)
    }
    inputs = list(names.values())
    operations = [operation for operation in model.operations if id(operation) not in names]
    for operation in operations:
        names[id(operation)] = _name(operation, set(names.values()))
    layers: list[LayerDescription] = []
    for operation in operations:
        nodes = [node for node in operation._inbound_nodes if id(node) in used]
        sources = [
            names[id(tensor._keras_history.operation)] for node in nodes for tensor in node.input_tensors
        ]
        shape = keras.tree.flatten(nodes[-1].output_tensors)[0].shape
        is_layer = isinstance(operation, keras.layers.Layer)
        layers.append(
            {
                "id": names[id(operation)],
                "block": type(operation).__name__,
                "params": dict(_arguments(operation)) if is_layer else {},
                "output_shape": list(shape),
                "parameters": operation.count_params() if is_layer else 0,
                "reads": list(dict.fromkeys(sources)),
            }
        )
    outputs = [names[id(tensor._keras_history.operation)] for tensor in model.outputs]
    return {"inputs": inputs, "layers": layers, "outputs": list(dict.fromkeys(outputs))}


def _name(operation: Any, taken: set[str]) -> str:
    """The name of a part without that of the block; Keras numbers what has none of its own as it comes."""
    own = operation.name.removeprefix(f"{_BLOCK}.")
    if own != operation.name and own not in taken:
        return own
    base = (
        re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", type(operation).__name__).lower()
        if own == operation.name
        else own
    )
    return next(name for name in _numbered(base) if name not in taken)


def _numbered(base: str) -> Iterator[str]:
    yield base
    number = 2
    while True:
        yield f"{base}_{number}"
        number += 1


def _arguments(layer: keras.layers.Layer) -> Iterator[tuple[str, Any]]:
    """The arguments of a layer that are required, or that differ from their defaults."""
    kind: BlockType | None = catalog().blocks.get(type(layer).__name__)
    config = layer.get_config()
    for param in kind.params if kind else ():
        value = _plain(config.get(param.name))
        is_shown = isinstance(value, str | int | float | list) and value != "linear"
        if is_shown and (param.required or value != _plain(param.default)):
            yield param.name, value


def _plain(value: Any) -> Any:
    """A size as one number where all its numbers are the same."""
    if isinstance(value, list | tuple):
        values = [_plain(entry) for entry in value]
        return values[0] if values and all(entry == values[0] for entry in values) else values
    return value

"""The picture on a block's card: its inside, traced from the block as it stands."""

from functools import cache
from typing import Any

import keras
import pydot

from blocks import discover, expanded
from blocks._shapes import without_weights
from blockwright.inference.catalog import catalog, make_layer
from blockwright.schema.block_colours import CATEGORY_COLOURS
from blockwright.schema.block_titles import block_title
from blockwright.schema.service_calls import Dot
from blockwright.schema.text import shape_text

_NODE = {
    "shape": "box",
    "style": "filled,rounded",
    "fontname": "Helvetica",
    "fontsize": "11",
    "penwidth": "0",
}
_NODE |= {"fontcolor": "white", "height": "0.3", "margin": "0.12,0.05"}
_INPUT = CATEGORY_COLOURS["Input"]


@cache
def block_picture(block: str) -> Dot:
    """The inside of a block with the arguments it begins with, as `{"dot": ...}` in Graphviz's language.

    It is traced at the first of the block's example shapes; parts that only rearrange numbers are drawn grey.
    Raises ValueError for a name that no file in `blocks/` has.
    """
    kind = discover().get(block)
    if kind is None:
        raise ValueError(f"Only blocks have an inside to draw. Received: {block!r:.60}.")
    shape = kind.examples[0]
    shapes = shape if isinstance(shape[0], tuple) else (shape,)
    with without_weights(), expanded():
        inputs = [keras.Input(shape, dtype=kind.takes) for shape in shapes]
        layer = make_layer(block, catalog().starting_params(block), name="block")
        model = keras.Model(inputs, layer(inputs if kind.many_inputs else inputs[0]))
    return {"dot": _dot(model)}


def _dot(model: keras.Model) -> str:
    dot = pydot.Dot(graph_type="digraph", bgcolor="transparent", rankdir="TB", nodesep="0.2", ranksep="0.22")
    dot.set_node_defaults(**_NODE)
    dot.set_edge_defaults(color="#7d8aa0", arrowsize="0.6")
    names = {id(operation): f"n{number}" for number, operation in enumerate(model.operations)}
    for operation in model.operations:
        colour, label = _colour(operation), _label(operation)
        dot.add_node(pydot.Node(names[id(operation)], label=_quoted(label), fillcolor=_quoted(colour)))
    nodes = {id(node) for depth in model._nodes_by_depth.values() for node in depth}
    for operation in model.operations:
        for node in operation._inbound_nodes:
            for tensor in node.input_tensors if id(node) in nodes else ():
                before = names[id(tensor._keras_history.operation)]
                dot.add_edge(pydot.Edge(before, names[id(operation)]))
    results = {id(tensor._keras_history.operation) for tensor in model.outputs}
    dot.add_node(pydot.Node("out", label=_quoted("output"), fillcolor=_quoted(_INPUT)))
    for name in (names[operation] for operation in results):
        dot.add_edge(pydot.Edge(name, "out"))
    return dot.to_string()


def _label(operation: Any) -> str:
    if isinstance(operation, keras.layers.InputLayer):
        return "input"
    kind = catalog().blocks.get(type(operation).__name__)
    title = kind.title if kind else block_title(type(operation).__name__)
    return " ".join([title, *_details(operation)])


def _details(operation: Any) -> list[str]:
    """The arguments in which a part differs from its neighbours: its window, its strides, how much comes out."""
    details = []
    window = getattr(operation, "kernel_size", None) or getattr(operation, "pool_size", None)
    if window is not None:
        details.append(shape_text(window))
    count = getattr(operation, "filters", None) or getattr(operation, "units", None)
    if isinstance(count, int):
        details.append(f"→ {count}")
    strides = getattr(operation, "strides", 1)
    largest = max(strides) if isinstance(strides, tuple) else strides
    if largest > 1 and window is not None:
        details.append(f"/ {largest}")
    if isinstance(operation, keras.layers.Activation):
        details.append(operation.activation.__name__)
    return details


def _colour(operation: Any) -> str:
    kind = catalog().blocks.get(type(operation).__name__)
    return CATEGORY_COLOURS.get(kind.category if kind else "Input", _INPUT)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

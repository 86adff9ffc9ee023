"""The names that a file gives to inputs and layers, kept apart from those that Keras finds by itself."""

import ast
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache

import keras

from blockwright.codegen.blocks.specialize_blocks import SpecializedBlock
from blockwright.codegen.names import snake
from blockwright.codegen.program.program_nodes import WritableNode
from blockwright.inference.naming import layer_names
from blockwright.schema.design import Design

# What `+`, `x[0]` and the like on symbolic tensors are called in a graph.
_OPERATORS = {"add", "subtract", "multiply", "true_divide", "power", "matmul", "negative", "get_item"}


def input_names(design: Design) -> tuple[str, ...]:
    """The names by which a file's network takes its inputs, in order, where there are several."""
    names = layer_names([*(entry.id for entry in design.inputs), *(node.id for node in design.nodes)])
    automatic = _pattern(
        {
            *_of_layers(),
            *(name for name in dir(keras.ops) if callable(getattr(keras.ops, name))),
            *map(snake, design.composites),
            *(snake(node.block) for node in design.nodes),
        }
    )
    taken = {name.lower() for name in names.values()}
    unique = []
    for entry in design.inputs:
        name = names[entry.id]
        if automatic.fullmatch(name):
            name = _free(f"{name}_input", (), taken)
        taken.add(name.lower())
        unique.append(name)
    return tuple(unique)


def automatic_names(blocks: Mapping[str, SpecializedBlock], classes: Iterable[str]) -> re.Pattern[str]:
    """The names that Keras gives by itself in a file with these blocks of the project and classes of own ones."""
    used = {
        node.attr
        for block in blocks.values()
        for statement in (*block.init, *block.methods)
        for node in ast.walk(statement)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("ops", "keras.ops", "ops.image")
    }
    return _pattern({*_of_layers(), *used, *map(snake, blocks), *map(snake, classes)})


def explicit_names(
    nodes: Sequence[WritableNode],
    names: Mapping[str, str],
    inputs: Iterable[str | None],
    automatic: re.Pattern[str],
    looked_up: Collection[str],
    inside: Collection[str],
) -> dict[str, str | None]:
    """For the node that each layer belongs to the name of the layer; None where Keras finds one. No two are the same.

    Args:
        nodes: the nodes of the network; the layers of a repeated one have a number from 1 behind their name.
        names: the Keras name of every node.
        inputs: the names of the inputs; None where Keras finds one.
        automatic: what `automatic_names` returned.
        looked_up: the blocks whose layers the file looks up by their names, so that they always have one.
        inside: the blocks that stand inside the design's own, and get their names from Keras there.
    """
    explicit: dict[str, str | None] = {}
    taken = {name.lower() for name in inputs if name is not None}
    owners = {node.owner.id: node for node in reversed(nodes)}
    # The layers of a repeated node step aside for the others, as theirs are names that nobody typed.
    for owner, node in sorted(owners.items(), key=lambda pair: pair[1].node.repeat > 1):
        name, kind = names[owner], node.kind.name
        if automatic.fullmatch(name):
            if kind not in looked_up:
                explicit[owner] = None
                continue
            of_its_kind = _pattern({snake(kind)}).fullmatch(name)
            name = name if of_its_kind and kind not in inside else f"{name}_layer"
        times = node.node.repeat
        ends = [f"_{number}" for number in range(1, times + 1)] if times > 1 else [""]
        explicit[owner] = name = _free(name, ends, taken)
        taken |= {f"{name}{end}".lower() for end in ends}
    return explicit


def _free(name: str, ends: Sequence[str], taken: Collection[str]) -> str:
    while any(f"{name}{end}".lower() in taken for end in ends or ("",)):
        name += "_"
    return name


def _pattern(kinds: Iterable[str]) -> re.Pattern[str]:
    every = {*kinds, *_OPERATORS, "input_layer", "keras_tensor"}
    return re.compile(rf"(?i:{'|'.join(sorted(map(re.escape, every)))})(_\d+)?")


@cache
def _of_layers() -> frozenset[str]:
    return frozenset(snake(name) for name in dir(keras.layers) if name[0].isupper())

"""What of a design is written down, in which order, and under which Python names."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from blockwright.architecture.spec import Design, Node
from blockwright.architecture.structure import partial_wiring
from blockwright.modeling.catalog import catalog
from blockwright.modeling.naming import layer_names
from blockwright.modeling.source.arguments import call_arguments
from blockwright.modeling.source.names import class_name, snake, variable_names, words
from blockwright.modeling.source.reducing import Reduced, reduce_blocks

# Layers that do something else while training than afterwards.
_CLASSES = {
    "Model",
    "Sequential",
    "Layer",
    "BatchNormalization",
    "TrainableModel",
    "TrainableSequential",
    "Path",
}
_TRAINING = {"BatchNormalization", "Dropout", "SpatialDropout2D"}


@dataclass(frozen=True)
class Step:
    """One node to write down: `reads` are ids of steps or inputs, seen through nodes that are switched off."""

    node: Node
    variable: str
    layer_name: str | None
    reads: tuple[str, ...]
    many: bool
    dtype: str | None = None

    @property
    def id(self) -> str:
        """The id of the node."""
        return self.node.id

    def made(self, closed: bool = True, name: bool = True) -> str:
        """The expression that makes the layer: `layers.Dense(10, activation="softmax")`."""
        arguments = call_arguments(self.node.block, self.node.params)
        if self.dtype is not None:
            arguments.append(f'dtype="{self.dtype}"')
        if name and self.layer_name is not None:
            arguments.append(f'name="{self.layer_name}"')
        kind = catalog().blocks[self.node.block]
        prefix = "" if kind.origin == "block" else "layers."
        return f"{prefix}{self.node.block}({', '.join(arguments)})"


@dataclass
class Plan:
    """A design, ready to be written in any of the three ways.

    Attributes:
        steps: the nodes that are written, each behind what it reads.
        left_out: why a node cannot be written yet, in words fit for a comment.
        variables: the Python name of every input and step.
        outputs: the ids whose values the network gives.
        blocks: the blocks that it needs, reduced.
    """

    design: Design
    steps: list[Step] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    input_names: dict[str, str | None] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    blocks: dict[str, Reduced] = field(default_factory=dict)
    class_name: str = "Network"

    @cached_property
    def by_id(self) -> dict[str, Step]:
        """The steps by node id."""
        return {step.id: step for step in self.steps}

    @property
    def trains(self) -> bool:
        """Whether a layer in it does something else while training than afterwards."""
        kinds = catalog().blocks
        return any(
            step.node.block in _TRAINING
            or kinds[step.node.block].origin == "block"
            or kinds[step.node.block].category == "Augmentation"
            for step in self.steps
        )

    def readers(self, source: str) -> int:
        """How often a value is read, the network's outputs included."""
        reads = sum(step.reads.count(source) for step in self.steps)
        return reads + self.outputs.count(source)


def plan(design: Design, short: bool = False) -> Plan:
    """Put a design in order. What is wrong with it is left out, and said.

    With `short` the layers that give the outputs compute in float32, since the others compute in 16 bits.
    """
    wires = partial_wiring(design)
    nodes = {node.id: node for node in reversed(design.nodes)}
    ids = [*(one.id for one in design.inputs), *nodes]
    seen: dict[str, str] = {one.id: one.id for one in design.inputs}
    made = Plan(design)
    kinds = catalog().blocks
    wanted: list[tuple[Node, tuple[str, ...]]] = []
    for node_id in wires.order:
        node = nodes[node_id]
        missing = [one for one in wires.reads[node_id] if one not in seen]
        if node.block not in kinds:
            made.left_out.append((node_id, f"there is no block '{words(node.block)}'"))
        elif missing:
            made.left_out.append((node_id, f"it reads '{words(missing[0])}', which is not there"))
        elif not node.enabled:
            seen[node_id] = seen[wires.reads[node_id][0]]
        else:
            seen[node_id] = node_id
            wanted.append((node, tuple(seen[one] for one in wires.reads[node_id])))
    stuck = [node_id for node_id in wires.reads if node_id not in wires.order]
    made.left_out += [(node_id, "it waits for its own result") for node_id in stuck]
    used: dict[str, list[dict[str, Any]]] = {}
    for node, _ in wanted:
        if kinds[node.block].origin == "block":
            used.setdefault(node.block, []).append({**catalog().defaults(node.block), **node.params})
    made.blocks = reduce_blocks(used)
    made.outputs = tuple(seen[one] for one in wires.outputs if one in seen)
    if not made.outputs and wanted:
        made.outputs = (wanted[-1][0].id,)
    taken = {*made.blocks, *(snake(one) for one in made.blocks)}
    taken |= {name for block in made.blocks.values() for name in (*block.helpers, *block.imports)}
    spares = [(one.id, "image") for one in design.inputs]
    spares += [(node.id, snake(node.block)) for node, _ in wanted]
    made.variables = variable_names(spares, taken)
    names = layer_names(ids)
    automatic = _automatic_names(made.blocks, wanted)
    free = {one: None if automatic.fullmatch(names[one]) else names[one] for one in ids}
    made.input_names = {one.id: free[one.id] for one in design.inputs}
    for node, reads in wanted:
        closed = kinds[node.block].origin == "block"
        dtype = "float32" if short and node.id in made.outputs and not closed else None
        many = kinds[node.block].many_inputs
        reads = reads if many else reads[:1]
        made.steps.append(Step(node, made.variables[node.id], free[node.id], reads, many, dtype))
    made.class_name = class_name(design.name, {*made.blocks, *_CLASSES})
    return made


def _automatic_names(blocks: Iterable[str], wanted: list[tuple[Node, tuple[str, ...]]]) -> re.Pattern[str]:
    """The names that Keras gives to layers by itself, and that are not given again."""
    kinds = {snake(one) for one in blocks} | {snake(node.block) for node, _ in wanted}
    kinds |= {"conv2d", "batch_normalization", "re_lu", "concatenate", "add", "max_pooling2d", "activation"}
    kinds |= {"multiply", "dense", "dropout", "reshape", "flatten", "input_layer", "keras_tensor"}
    kinds |= {"global_average_pooling2d", "depthwise_conv2d", "separable_conv2d", "average_pooling2d"}
    return re.compile(rf"(?i:{'|'.join(sorted(map(re.escape, kinds)))})(_\d+)?")

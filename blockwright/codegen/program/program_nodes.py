"""The nodes of a network, or of the inside of a block, as steps to write down, each behind what it reads."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from blockwright.codegen.names import snake, variable_names, words
from blockwright.codegen.program.arguments import Name, layer_text, value_text
from blockwright.design.wiring import partial_wiring
from blockwright.inference.layer_call import call_arguments, call_style, result_count
from blockwright.layers import SPECS, names_with
from blockwright.schema.catalog import BlockType, Catalog
from blockwright.schema.design import Design, Node, port


@dataclass(frozen=True)
class Value:
    """What is read: an input, or one of the results of a step."""

    id: str
    number: int = 0


@dataclass(frozen=True)
class Step:
    """One node to write down.

    Attributes:
        node: the node.
        owner: the node whose layer it uses: itself, or the one whose weights it shares.
        kind: its block.
        variable: the Python name of what it gives.
        layer_name: the name that its layer is given; None where Keras finds one.
        reads: what it reads, seen through nodes that are switched off.
        results: how many results it gives.
        params: the arguments of its layer; where one is a `Name`, it stands for an argument of the block around it.
        class_name: the name of its class, for blocks.
        argument_names: for the design's composite blocks, the Python names of the arguments that are written.
        dtype: what its layer computes in, where that is said.
    """

    node: Node
    owner: Node
    kind: BlockType
    variable: str
    layer_name: str | None
    reads: tuple[Value, ...]
    results: int
    params: Mapping[str, Any]
    class_name: str
    argument_names: Mapping[str, str] | None = None
    dtype: str | None = None

    @property
    def id(self) -> str:
        """The id of the node."""
        return self.node.id

    @property
    def is_block(self) -> bool:
        """Whether it is made of the project's blocks or the design's own, and not a Keras layer."""
        return self.kind.origin != "keras"

    def constructor(self, named: bool = True) -> str:
        """The expression that makes the layer: `layers.Dense(10, activation="softmax")`."""
        keywords = [] if self.dtype is None else [f'dtype="{self.dtype}"']
        if named and self.layer_name is not None:
            repeated = self.node.repeat > 1
            keywords.append(
                f'name=f"{self.layer_name}_{{number}}"' if repeated else f'name="{self.layer_name}"'
            )
        has_weights = self.is_block or SPECS[self.kind.name].has_weights
        trainable = self.owner.trainable or not has_weights
        return layer_text(self.kind, self.class_name, self.params, keywords, self.argument_names, trainable)

    def constructor_list(self, named: bool = True) -> str:
        """The expression that makes the list of the layers of a repeated node."""
        named = named and self.layer_name is not None
        times = self.node.repeat
        loop = f"for number in range(1, {times + 1})" if named else f"for _ in range({times})"
        return f"[{self.constructor(named)} {loop}]"

    def call_text(self, values: list[str], prefix: str = "") -> str:
        """What stands between the brackets of the call of its layer, for the names of what it reads.

        `prefix` stands before the name of an argument of the block around it: `self.` in a class.
        """
        args, kwargs = call_arguments(self.kind, dict(self.params), values)
        texts = [f"[{', '.join(names)}]" if isinstance(names, list) else names for names in args]
        for name, value in kwargs.items():
            if name != "initial_state":
                value = f"{prefix}{value.text}" if isinstance(value, Name) else value_text(value)
            elif isinstance(value, list):
                value = f"[{', '.join(value)}]"
            texts.append(f"{name}={value}")
        return ", ".join(texts)


@dataclass
class Body:
    """The steps of a network or of the inside of a block.

    Attributes:
        inputs: the ids of its inputs.
        steps: the nodes that are written, each behind what it reads.
        left_out: why a node cannot be written yet, in words fit for a comment.
        variables: the Python name of every input and step.
        outputs: what it gives.
        output_sources: the sources that the design names for them, which may be switched off.
        padded: whether what the inside of a block reads or makes may be marked as padding.
    """

    inputs: tuple[str, ...]
    steps: list[Step] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    outputs: tuple[Value, ...] = ()
    output_sources: tuple[str, ...] = ()
    padded: bool = False

    def needs_masks_kept(self, step: Step) -> bool:
        """Whether others read what an attention takes the masks off; see `runtime.masks`."""
        if not self.padded or step.kind.name not in names_with("removes_mask"):
            return False
        return any(self.readers(value) > step.reads.count(value) for value in step.reads)

    def readers(self, value: Value) -> int:
        """How often a value is read, the outputs included."""
        return sum(step.reads.count(value) for step in self.steps) + self.outputs.count(value)

    def first_use(self, step: Step) -> bool:
        """Whether no step before it uses the same layer."""
        return next(other for other in self.steps if other.owner.id == step.owner.id) is step

    def uses(self, step: Step) -> int:
        """How many steps use its layer."""
        return sum(other.owner.id == step.owner.id for other in self.steps)

    def owner_variable(self, step: Step) -> str:
        """The name that belongs to its layer: that of the node that the layer is made for."""
        return self.variables[step.owner.id]


@dataclass(frozen=True)
class WritableNode:
    """A node that can be written, with what it reads."""

    node: Node
    owner: Node
    kind: BlockType
    reads: tuple[Value, ...]
    results: int


def writable_nodes(
    design: Design, catalog: Catalog, block_problem: Callable[[str], str | None]
) -> tuple[list[WritableNode], Body]:
    """The nodes that can be written, in order, and a body with its inputs, outputs and what is left out.

    Args:
        design: a design, or the inside of one of its blocks.
        catalog: its catalog.
        block_problem: why a block cannot be written, in words; None where it can.
    """
    wires = partial_wiring(design)
    nodes = {node.id: node for node in reversed(design.nodes)}
    ids = design.ids()
    results = {entry.id: 1 for entry in design.inputs}
    values = {entry.id: Value(entry.id) for entry in design.inputs}
    body = Body(tuple(entry.id for entry in design.inputs))
    writable: list[WritableNode] = []

    def value_of(source: str) -> Value | None:
        node_id, number = port(ids, source)
        if node_id not in values:
            return None
        if node_id in results:
            return Value(node_id, number) if number < results[node_id] else None
        return values[node_id]

    for node_id in wires.order:
        node = nodes[node_id]
        owner = node if node.shares is None else nodes.get(node.shares, node)
        sources = {source: value_of(source) for source in wires.reads[node_id]}
        missing = [source for source, value in sources.items() if value is None]
        reads = [value for source in wires.reads[node_id] if (value := sources[source]) is not None]
        problem = f"there is no block '{words(owner.block)}'" if owner.block not in catalog.blocks else None
        problem = problem or block_problem(owner.block)
        if problem is None and not sources:
            problem = "it reads nothing yet"
        if problem is None and missing:
            problem = f"it reads '{words(missing[0])}', which is not there"
        if problem is None and node.shares is not None and (owner is node or owner.block != node.block):
            problem = f"'{words(node.shares)}' has no weights for it"
        if problem is not None:
            body.left_out.append((node_id, problem))
        elif not node.enabled:
            values[node_id] = reads[0]
        else:
            kind = catalog.blocks[owner.block]
            results[node_id] = result_count(kind, owner.params)
            values[node_id] = Value(node_id)
            one_only = kind.max_inputs == 1 and not kind.many_inputs
            reads = reads[:1] if one_only else reads
            writable.append(WritableNode(node, owner, kind, tuple(reads), results[node_id]))
    body.left_out += [
        (node_id, "it waits for its own result") for node_id in wires.reads if node_id not in wires.order
    ]
    outputs = [(source, value) for source in wires.outputs if (value := value_of(source)) is not None]
    if not outputs and writable:
        outputs = [(writable[-1].node.id, Value(writable[-1].node.id))]
    body.output_sources = tuple(source for source, _ in outputs)
    body.outputs = tuple(value for _, value in outputs)
    return writable, body


def name_steps(
    body: Body,
    writable: list[WritableNode],
    taken: Collection[str],
    layer_names: Mapping[str, str | None],
    classes: Mapping[str, tuple[str, Mapping[str, str]]],
    params: Callable[[Node], Mapping[str, Any]],
    float32: Collection[str] = (),
) -> None:
    """Give everything its Python name and put the steps into the body.

    Args:
        body, writable: what `writable_nodes` returned.
        taken: names that the file uses otherwise.
        layer_names: the name that each node's layer is given.
        classes: the class of each of the design's composite blocks, and the Python names of its arguments.
        params: the arguments of a node as they are written.
        float32: the nodes whose layers compute in float32, whatever the others do.
    """
    fallbacks = [(input_id, "image") for input_id in body.inputs]
    owners = {entry.owner.id: entry.owner for entry in writable}
    fallbacks += [(entry.node.id, snake(entry.kind.name)) for entry in writable]
    fallbacks += [
        (node_id, snake(owner.block)) for node_id, owner in owners.items() if node_id not in dict(fallbacks)
    ]
    body.variables = variable_names(fallbacks, taken)
    for entry in writable:
        class_name, arguments = classes.get(entry.kind.name, (entry.kind.name, None))
        body.steps.append(
            Step(
                entry.node,
                entry.owner,
                entry.kind,
                body.variables[entry.node.id],
                layer_names.get(entry.owner.id),
                entry.reads,
                entry.results,
                params(entry.owner),
                class_name,
                arguments,
                "float32" if entry.node.id in float32 and entry.kind.origin == "keras" else None,
            )
        )


def calls_once(step: Step) -> bool:
    """Whether its layer is called on one thing, as a stack calls its layers."""
    return call_style(step.kind) not in ("arguments", "pair") and len(step.reads) == 1

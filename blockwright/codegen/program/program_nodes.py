"""The nodes of a network, or of the inside of a block, as steps to write down, each behind what it reads."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from blockwright.codegen.names import snake, variable_names, words
from blockwright.codegen.program.arguments import Name, layer_text, value_text
from blockwright.design.wiring import partial_wiring
from blockwright.inference.layer_call import call_arguments, call_style, result_count
from blockwright.layers import names_with
from blockwright.schema.catalog import BlockType, Catalog
from blockwright.schema.design import Design, Node, port

FROZEN = '''
def frozen(layer):
    """The layer, with all its weights kept as they are."""
    for part in layer._flatten_layers():
        if not part.built:
            part.build = freezing(part)
    layer.trainable = True
    layer.trainable = False
    return layer


def freezing(layer):
    """The layer's `build`; attention makes parts in it, which are frozen behind that."""
    build = layer.build

    @functools.wraps(build)
    def build_frozen(*shapes, **named):
        build(*shapes, **named)
        frozen(layer)

    return build_frozen
'''.lstrip("\n")


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
    def own(self) -> bool:
        """Whether it is made of the project's blocks or the design's own, and not a Keras layer."""
        return self.kind.origin != "keras"

    def made(self, name: bool = True) -> str:
        """The expression that makes the layer: `layers.Dense(10, activation="softmax")`.

        One that training leaves as it is stands within `frozen`, which is `FROZEN`.
        """
        rest = [] if self.dtype is None else [f'dtype="{self.dtype}"']
        if name and self.layer_name is not None:
            rest.append(
                f'name="{self.layer_name}"'
                if self.node.repeat == 1
                else f'name=f"{self.layer_name}_{{number}}"'
            )
        text = layer_text(self.kind, self.class_name, self.params, rest, self.argument_names)
        return text if self.owner.trainable else f"frozen({text})"

    def copies(self, name: bool = True) -> str:
        """The expression that makes the list of the layers of a repeated node."""
        named = name and self.layer_name is not None
        times = self.node.repeat
        over = f"for number in range(1, {times + 1})" if named else f"for _ in range({times})"
        return f"[{self.made(name)} {over}]"

    def given(self, values: list[str], own: str = "") -> str:
        """What stands between the brackets of the call of its layer, for the names of what it reads.

        `own` stands before the name of an argument of the block around it: `self.` in a class.
        """
        args, kwargs = call_arguments(self.kind, dict(self.params), values)
        parts = [f"[{', '.join(one)}]" if isinstance(one, list) else one for one in args]
        for name, value in kwargs.items():
            if name != "initial_state":
                value = f"{own}{value.text}" if isinstance(value, Name) else value_text(value)
            elif isinstance(value, list):
                value = f"[{', '.join(value)}]"
            parts.append(f"{name}={value}")
        return ", ".join(parts)


@dataclass
class Body:
    """The steps of a network or of the inside of a block.

    Attributes:
        inputs: the ids of its inputs.
        steps: the nodes that are written, each behind what it reads.
        left_out: why a node cannot be written yet, in words fit for a comment.
        variables: the Python name of every input and step.
        outputs: what it gives.
        padded: whether what the inside of a block reads or makes may be marked as padding.
    """

    inputs: tuple[str, ...]
    steps: list[Step] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    outputs: tuple[Value, ...] = ()
    padded: bool = False

    def gives_masks_back(self, step: Step) -> bool:
        """Whether others read what an attention takes the masks off; see `runtime.masks`."""
        if not self.padded or step.kind.name not in names_with("removes_mask"):
            return False
        return any(self.readers(value) > step.reads.count(value) for value in step.reads)

    def readers(self, value: Value) -> int:
        """How often a value is read, the outputs included."""
        return sum(step.reads.count(value) for step in self.steps) + self.outputs.count(value)

    def first_use(self, step: Step) -> bool:
        """Whether no step before it uses the same layer."""
        return next(one for one in self.steps if one.owner.id == step.owner.id) is step

    def uses(self, step: Step) -> int:
        """How many steps use its layer."""
        return sum(one.owner.id == step.owner.id for one in self.steps)

    def owner_variable(self, step: Step) -> str:
        """The name that belongs to its layer: that of the node that the layer is made for."""
        return self.variables[step.owner.id]


@dataclass(frozen=True)
class Wanted:
    """A node that can be written, with what it reads."""

    node: Node
    owner: Node
    kind: BlockType
    reads: tuple[Value, ...]
    results: int


def wanted_nodes(
    design: Design, known: Catalog, sound: Callable[[str], str | None]
) -> tuple[list[Wanted], Body]:
    """The nodes that can be written, in order, and a body with its inputs, outputs and what is left out.

    Args:
        design: a design, or the inside of one of its blocks.
        known: its catalog.
        sound: why a block cannot be written, in words; None where it can.
    """
    wires = partial_wiring(design)
    nodes = {node.id: node for node in reversed(design.nodes)}
    ids = design.ids()
    results = {one.id: 1 for one in design.inputs}
    seen = {one.id: Value(one.id) for one in design.inputs}
    body = Body(tuple(one.id for one in design.inputs))
    found: list[Wanted] = []

    def value(source: str) -> Value | None:
        node_id, number = port(ids, source)
        if node_id not in seen:
            return None
        if node_id in results:
            return Value(node_id, number) if number < results[node_id] else None
        return seen[node_id]

    for node_id in wires.order:
        node = nodes[node_id]
        owner = node if node.shares is None else nodes.get(node.shares, node)
        sources = {source: value(source) for source in wires.reads[node_id]}
        missing = [source for source, read in sources.items() if read is None]
        reads = [read for source in wires.reads[node_id] if (read := sources[source]) is not None]
        why = f"there is no block '{words(owner.block)}'" if owner.block not in known.blocks else None
        why = why or sound(owner.block)
        if why is None and not sources:
            why = "it reads nothing yet"
        if why is None and missing:
            why = f"it reads '{words(missing[0])}', which is not there"
        if why is None and node.shares is not None and (owner is node or owner.block != node.block):
            why = f"'{words(node.shares)}' has no weights for it"
        if why is not None:
            body.left_out.append((node_id, why))
        elif not node.enabled:
            seen[node_id] = reads[0]
        else:
            kind = known.blocks[owner.block]
            results[node_id] = result_count(kind, owner.params)
            seen[node_id] = Value(node_id)
            one_only = kind.max_inputs == 1 and not kind.many_inputs
            found.append(Wanted(node, owner, kind, tuple(reads[:1] if one_only else reads), results[node_id]))
    body.left_out += [(one, "it waits for its own result") for one in wires.reads if one not in wires.order]
    outputs = tuple(found_value for one in wires.outputs if (found_value := value(one)) is not None)
    body.outputs = outputs or ((Value(found[-1].node.id),) if found else ())
    return found, body


def name_steps(
    body: Body,
    wanted: list[Wanted],
    taken: Collection[str],
    layer_names: Mapping[str, str | None],
    classes: Mapping[str, tuple[str, Mapping[str, str]]],
    params: Callable[[Node], Mapping[str, Any]],
    float32: Collection[str] = (),
) -> None:
    """Give everything its Python name and put the steps into the body.

    Args:
        body, wanted: what `wanted_nodes` found.
        taken: names that the file uses otherwise.
        layer_names: the name that each node's layer is given.
        classes: the class of each of the design's composite blocks, and the Python names of its arguments.
        params: the arguments of a node as they are written.
        float32: the nodes whose layers compute in float32, whatever the others do.
    """
    spares = [(one, "image") for one in body.inputs]
    made_for = {one.owner.id: one.owner for one in wanted}
    spares += [(one.node.id, snake(one.kind.name)) for one in wanted]
    spares += [(one, snake(node.block)) for one, node in made_for.items() if one not in dict(spares)]
    body.variables = variable_names(spares, taken)
    for one in wanted:
        class_name, arguments = classes.get(one.kind.name, (one.kind.name, None))
        body.steps.append(
            Step(
                one.node,
                one.owner,
                one.kind,
                body.variables[one.node.id],
                layer_names.get(one.owner.id),
                one.reads,
                one.results,
                params(one.owner),
                class_name,
                arguments,
                "float32" if one.node.id in float32 and one.kind.origin == "keras" else None,
            )
        )


def calls_once(step: Step) -> bool:
    """Whether its layer is called on one thing, as a stack calls its layers."""
    return call_style(step.kind) not in ("arguments", "pair") and len(step.reads) == 1

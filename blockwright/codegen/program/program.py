"""What of a design is written down, in which order, and under which Python names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from blockwright.codegen.blocks.specialize_blocks import OPEN, SpecializedBlock, specialize_blocks
from blockwright.codegen.names import class_name, function_name, snake, variable_names
from blockwright.codegen.program.adapt_layers import blocks_that_learn
from blockwright.codegen.program.arguments import Name
from blockwright.codegen.program.layer_naming import automatic_names, explicit_names, input_names
from blockwright.codegen.program.program_nodes import (
    Body,
    Step,
    Value,
    WritableNode,
    name_steps,
    writable_nodes,
)
from blockwright.design.composites import inner_first, reference
from blockwright.design.wiring import resolve_outputs
from blockwright.inference.catalog import catalog_of
from blockwright.inference.layer_call import marks_padding
from blockwright.inference.naming import layer_names
from blockwright.layers import SPECS, names_with
from blockwright.schema.catalog import Catalog
from blockwright.schema.design import Design, Node, port


@dataclass
class OwnBlock:
    """A block of the design's own.

    Attributes:
        name: as the design calls it.
        class_name, function_name: what its class or function is called.
        body: what is inside.
        arguments: for each argument that is used inside, its Python name.
        defaults: by those Python names.
        frozen: whether a frozen node is made of it, or a frozen block.
    """

    name: str
    class_name: str
    function_name: str
    body: Body
    arguments: dict[str, str]
    defaults: dict[str, Any]
    frozen: bool = False


@dataclass
class Plan:
    """A design, ready to be written in any of the three ways.

    Attributes:
        body: the network itself.
        own_blocks: the design's composite blocks that it uses, each before it is used.
        blocks: the blocks of the project that it needs, reduced.
        input_names: the Keras name of every input; None where Keras finds one.
        output_names: the Keras name of each output, in order.
        learning: the design's composite blocks that hold layers which learn from data before training.
        freezing: the Keras layers that are frozen, but would not freeze all their weights by themselves.
        padded: whether attention in it may read what is marked as padding; see `DesignedModel`.
    """

    design: Design
    body: Body
    own_blocks: dict[str, OwnBlock] = field(default_factory=dict)
    blocks: dict[str, SpecializedBlock] = field(default_factory=dict)
    input_names: dict[str, str | None] = field(default_factory=dict)
    output_names: tuple[str, ...] = ()
    class_name: str = "Network"
    learning: set[str] = field(default_factory=set)
    freezing: tuple[str, ...] = ()
    padded: bool = False

    @property
    def steps(self) -> list[Step]:
        """The steps of the network itself."""
        return self.body.steps

    @property
    def left_out(self) -> list[tuple[str, str]]:
        """Why a node cannot be written yet."""
        return self.body.left_out

    @property
    def variables(self) -> dict[str, str]:
        """The Python name of every input and step."""
        return self.body.variables

    @property
    def outputs(self) -> tuple[Value, ...]:
        """What the network gives."""
        return self.body.outputs

    @property
    def bodies(self) -> list[Body]:
        """The network and the inside of each of its composite blocks."""
        return [self.body, *(block.body for block in self.own_blocks.values())]

    @property
    def trains(self) -> bool:
        """Whether a layer in it does something else while training than afterwards."""
        return any(_trains(step) for step in self.steps)

    @property
    def late(self) -> bool:
        """Whether a layer in it draws its first weights only when it is built, not when it is made."""
        kinds = {step.kind.name for body in self.bodies for step in body.steps}
        return bool(kinds & names_with("random_when_built")) or any(
            block.late for block in self.blocks.values()
        )


def plan(design: Design, short: bool = False) -> Plan:
    """Put a design in order. What is wrong with it is left out, and said.

    With `short` the layers that give the outputs compute in float32, since the others compute in 16 bits.
    """
    catalog = catalog_of(design)
    composites = inner_first(design.composites)

    def block_problem(block: str) -> str | None:
        return "it contains itself" if block in design.composites and block not in composites else None

    nodes, body = writable_nodes(design, catalog, block_problem)
    insides = {name: writable_nodes(design.body(name), catalog, block_problem) for name in composites}
    used = _used(nodes, insides)
    insides = {name: insides[name] for name in composites if name in used}
    inner_nodes = [inner for inner, _ in insides.values()]
    program = Plan(design, body)
    program.padded = marks_padding(design) and any(
        node.kind.name in names_with("removes_mask") for node in nodes
    )
    for _, inner_body in insides.values():
        inner_body.padded = marks_padding(design)
    program.blocks = specialize_blocks(_block_uses(catalog, [nodes, *inner_nodes]))
    names = layer_names([*(entry.id for entry in design.inputs), *(node.id for node in design.nodes)])
    program.learning = blocks_that_learn(design)
    ids = design.ids()
    program.output_names = _output_names(names, (port(ids, source) for source in body.output_sources))
    taken = {*program.blocks, *map(snake, program.blocks)}
    taken |= {name for block in program.blocks.values() for name in (*block.helpers, *block.imports)}
    classes = _own_classes(insides, taken)
    functions: dict[str, str] = {}
    for name, own_class in classes.items():
        functions[name] = function_name(own_class, taken)
        taken |= {own_class, functions[name]}
    for name, (inner, inner_body) in insides.items():
        program.own_blocks[name] = _own_block(
            design, name, inner, inner_body, (classes[name], functions[name]), taken, program.own_blocks
        )
    automatic = automatic_names(program.blocks, classes.values())
    program.input_names = dict(zip((entry.id for entry in design.inputs), input_names(design), strict=True))
    if len(design.inputs) == 1:
        name = names[design.inputs[0].id]
        program.input_names = {design.inputs[0].id: None if automatic.fullmatch(name) else name}
    kinds_inside = {node.kind.name for inner in inner_nodes for node in inner}
    # What learns before training is looked up by its name.
    looked_up = {*names_with("adaptation"), *program.learning}
    layer_name_of = explicit_names(
        nodes, names, program.input_names.values(), automatic, looked_up, kinds_inside
    )
    float32 = {value.id for value in program.outputs} if short else set()
    name_steps(
        body, nodes, taken, layer_name_of, _written_as(program.own_blocks), lambda node: node.params, float32
    )
    program.class_name = class_name(design.name, {*program.blocks, *classes.values()})
    _mark_frozen(program)
    return program


def output_names(design: Design) -> tuple[str, ...]:
    """The names by which a file's network gives its outputs, in order, where there are several."""
    names = layer_names([*(entry.id for entry in design.inputs), *(node.id for node in design.nodes)])
    ids = design.ids()
    return _output_names(names, (port(ids, source) for source in resolve_outputs(design)))


def _output_names(names: Mapping[str, str], outputs: Iterable[tuple[str, int]]) -> tuple[str, ...]:
    unique: list[str] = []
    for node_id, number in outputs:
        name = names[node_id] + (f"_{number}" if number else "")
        while name in unique:
            name += "_"
        unique.append(name)
    return tuple(unique)


def _used(nodes: list[WritableNode], insides: Mapping[str, tuple[list[WritableNode], Body]]) -> set[str]:
    """The design's composite blocks that a network uses, and those that they use."""
    used: set[str] = set()
    waiting = list(nodes)
    while waiting:
        name = waiting.pop().kind.name
        if name in insides and name not in used:
            used.add(name)
            waiting += insides[name][0]
    return used


def _block_uses(catalog: Catalog, bodies: list[list[WritableNode]]) -> dict[str, list[dict[str, Any]]]:
    """For every block of the project, the arguments of each of its uses; those that are not known are open."""
    uses: dict[str, list[dict[str, Any]]] = {}
    for node in (node for body in bodies for node in body):
        if node.kind.origin == "block":
            params = {
                name: OPEN if reference(value) is not None else value
                for name, value in node.owner.params.items()
            }
            uses.setdefault(node.kind.name, []).append({**catalog.defaults(node.kind.name), **params})
    return uses


def _own_classes(insides: Iterable[str], taken: set[str]) -> dict[str, str]:
    classes: dict[str, str] = {}
    for name in insides:
        classes[name] = class_name(name, {*taken, *classes.values()}, "Block")
    return classes


def _own_block(
    design: Design,
    name: str,
    nodes: list[WritableNode],
    body: Body,
    names: tuple[str, str],
    taken: set[str],
    inner_blocks: Mapping[str, OwnBlock],
) -> OwnBlock:
    composite = design.composites[name]
    referred = {reference(value) for node in nodes for value in node.owner.params.values()}
    used = [param for param in composite.params if param in referred]
    arguments = variable_names([(param, "value") for param in used], taken)

    def params(node: Node) -> dict[str, Any]:
        values = {}
        for key, value in node.params.items():
            param = reference(value)
            if param is None:
                values[key] = value
            elif param in arguments:
                values[key] = Name(arguments[param])
        return values

    name_steps(body, nodes, {*taken, *arguments.values()}, {}, _written_as(inner_blocks), params)
    defaults = {arguments[param]: composite.params[param] for param in used}
    return OwnBlock(name, *names, body, arguments, defaults)


def _written_as(blocks: Mapping[str, OwnBlock]) -> dict[str, tuple[str, Mapping[str, str]]]:
    """For each of the composite blocks its class, and the Python names of its arguments."""
    return {name: (block.class_name, block.arguments) for name, block in blocks.items()}


def _mark_frozen(program: Plan) -> None:
    """Note which blocks and layers are frozen: those of frozen nodes, and those inside such blocks."""
    frozen: set[str] = set()
    waiting = [step.kind.name for body in program.bodies for step in body.steps if not step.owner.trainable]
    while waiting:
        name = waiting.pop()
        if name in frozen:
            continue
        frozen.add(name)
        if name in program.own_blocks:
            program.own_blocks[name].frozen = True
            waiting += [step.kind.name for step in program.own_blocks[name].body.steps]
        elif name in program.blocks:
            program.blocks[name].frozen = True
            waiting += program.blocks[name].layers
    program.freezing = tuple(sorted(frozen & names_with("unfrozen_parts")))


def _trains(step: Step) -> bool:
    return step.is_block or SPECS[step.kind.name].differs_in_training(step.params)

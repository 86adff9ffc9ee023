"""What of a design is written down, in which order, and under which Python names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from blockwright.codegen.blocks.specialize_blocks import OPEN, SpecializedBlock, specialize_blocks
from blockwright.codegen.names import class_name, function_name, snake, variable_names
from blockwright.codegen.program.adapt_layers import blocks_that_learn
from blockwright.codegen.program.arguments import Name
from blockwright.codegen.program.layer_naming import automatic_names, given_names, input_names
from blockwright.codegen.program.program_nodes import Body, Step, Value, Wanted, name_steps, wanted_nodes
from blockwright.design.composites import inner_first, reference
from blockwright.design.wiring import resolve_outputs
from blockwright.inference.catalog import catalog_of
from blockwright.inference.layer_call import marks_padding
from blockwright.inference.naming import layer_names
from blockwright.layers import SPECS, names_with
from blockwright.schema.catalog import Catalog
from blockwright.schema.design import Design, Node, port


@dataclass
class Own:
    """A block of the design's own.

    Attributes:
        name: as the design calls it.
        class_name, function_name: what its class or function is called.
        body: what is inside.
        arguments: for each argument that is used inside, its Python name.
        defaults: by those Python names.
    """

    name: str
    class_name: str
    function_name: str
    body: Body
    arguments: dict[str, str]
    defaults: dict[str, Any]


@dataclass
class Plan:
    """A design, ready to be written in any of the three ways.

    Attributes:
        body: the network itself.
        own: the blocks of the design's own that it uses, each before it is used.
        blocks: the blocks of the project that it needs, reduced.
        input_names: the Keras name of every input; None where Keras finds one.
        output_names: the Keras name of each output, in order.
        learning: the blocks of the design's own that hold layers which learn from data before training.
        padded: whether attention in it may read what is marked as padding; see `DesignedModel`.
    """

    design: Design
    body: Body
    own: dict[str, Own] = field(default_factory=dict)
    blocks: dict[str, SpecializedBlock] = field(default_factory=dict)
    input_names: dict[str, str | None] = field(default_factory=dict)
    output_names: tuple[str, ...] = ()
    class_name: str = "Network"
    learning: set[str] = field(default_factory=set)
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
        return [self.body, *(one.body for one in self.own.values())]

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
    known = catalog_of(design)
    whole = inner_first(design.composites)

    def sound(block: str) -> str | None:
        return "it contains itself" if block in design.composites and block not in whole else None

    wanted, body = wanted_nodes(design, known, sound)
    insides = {name: wanted_nodes(design.body(name), known, sound) for name in whole}
    used = _used(wanted, insides)
    insides = {name: insides[name] for name in whole if name in used}
    made = Plan(design, body)
    made.padded = marks_padding(design) and any(one.kind.name in names_with("removes_mask") for one in wanted)
    for _, inside in insides.values():
        inside.padded = marks_padding(design)
    made.blocks = specialize_blocks(_block_uses(known, [wanted, *(one for one, _ in insides.values())]))
    ids = [*(one.id for one in design.inputs), *(node.id for node in design.nodes)]
    names = layer_names(ids)
    made.learning = blocks_that_learn(design)
    made.output_names = _unique(
        names[one.id] + (f"_{one.number}" if one.number else "") for one in made.outputs
    )
    taken = {*made.blocks, *(snake(one) for one in made.blocks)}
    taken |= {name for block in made.blocks.values() for name in (*block.helpers, *block.imports)}
    classes = _own_classes(insides, taken)
    functions: dict[str, str] = {}
    for name, one in classes.items():
        functions[name] = function_name(one, taken)
        taken |= {one, functions[name]}
    for name, (inner, inside) in insides.items():
        called = classes[name], functions[name]
        made.own[name] = _own(design, name, inner, inside, called, taken, made.own)
    arguments = {name: (one.class_name, one.arguments) for name, one in made.own.items()}
    automatic = automatic_names(made.blocks, classes.values())
    made.input_names = dict(zip((one.id for one in design.inputs), input_names(design), strict=True))
    if len(design.inputs) == 1:
        name = names[design.inputs[0].id]
        made.input_names = {design.inputs[0].id: None if automatic.fullmatch(name) else name}
    kinds_inside = {one.kind.name for inner, _ in insides.values() for one in inner}
    # What learns before training is looked up by its name.
    looked_up = {*names_with("adaptation"), *made.learning}
    free = given_names(wanted, names, made.input_names.values(), automatic, looked_up, kinds_inside)
    last = {one.id for one in made.outputs} if short else set()
    name_steps(body, wanted, taken, free, arguments, lambda node: node.params, last)
    made.class_name = class_name(design.name, {*made.blocks, *classes.values()})
    return made


def output_names(design: Design) -> tuple[str, ...]:
    """The names by which a file's network gives its outputs, in order, where there are several."""
    ids = [*(one.id for one in design.inputs), *(node.id for node in design.nodes)]
    names = layer_names(ids)
    known = design.ids()
    found = [port(known, one) for one in resolve_outputs(design)]
    return _unique(names[one] + (f"_{number}" if number else "") for one, number in found)


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    found: list[str] = []
    for name in names:
        while name in found:
            name += "_"
        found.append(name)
    return tuple(found)


def _used(wanted: list[Wanted], insides: Mapping[str, tuple[list[Wanted], Body]]) -> set[str]:
    """The design's composite blocks that a network uses, and those that they use."""
    used: set[str] = set()
    waiting = list(wanted)
    while waiting:
        name = waiting.pop().kind.name
        if name in insides and name not in used:
            used.add(name)
            waiting += insides[name][0]
    return used


def _block_uses(known: Catalog, bodies: list[list[Wanted]]) -> dict[str, list[dict[str, Any]]]:
    """For every block of the project, the arguments of each of its uses; those that are not known are open."""
    used: dict[str, list[dict[str, Any]]] = {}
    for one in (one for body in bodies for one in body):
        if one.kind.origin == "block":
            params = {
                name: OPEN if reference(value) is not None else value
                for name, value in one.owner.params.items()
            }
            used.setdefault(one.kind.name, []).append({**known.defaults(one.kind.name), **params})
    return used


def _own_classes(insides: Iterable[str], taken: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in insides:
        found[name] = class_name(name, {*taken, *found.values()}, "Block")
    return found


def _own(
    design: Design,
    name: str,
    wanted: list[Wanted],
    body: Body,
    called: tuple[str, str],
    taken: set[str],
    before: Mapping[str, Own],
) -> Own:
    composite = design.composites[name]
    referred = {reference(value) for one in wanted for value in one.owner.params.values()}
    kept = [one for one in composite.params if one in referred]
    arguments = variable_names([(one, "value") for one in kept], taken)

    def params(node: Node) -> dict[str, Any]:
        values = {}
        for key, value in node.params.items():
            wanted_name = reference(value)
            if wanted_name is None:
                values[key] = value
            elif wanted_name in arguments:
                values[key] = Name(arguments[wanted_name])
        return values

    classes = {one: (own.class_name, own.arguments) for one, own in before.items()}
    name_steps(body, wanted, {*taken, *arguments.values()}, {}, classes, params)
    defaults = {arguments[one]: composite.params[one] for one in kept}
    return Own(name, *called, body, arguments, defaults)


def _trains(step: Step) -> bool:
    return step.own or SPECS[step.kind.name].differs_in_training(step.params)

"""A network in the Functional API: layers called on tensors, blocks as functions of plain layers where that can be."""

from collections.abc import Callable
from dataclasses import dataclass, field

from blockwright.codegen.blocks.block_writer import NotAFunction, as_class, as_function
from blockwright.codegen.blocks.classes import about, own_class, parameters
from blockwright.codegen.blocks.specialize_blocks import SpecializedBlock
from blockwright.codegen.names import docstring, snake
from blockwright.codegen.program.call_statements import statements
from blockwright.codegen.program.program import OwnBlock, Plan
from blockwright.codegen.program.program_nodes import Body, Step, Value


@dataclass
class Style:
    """How the blocks of a file are written.

    Attributes:
        early: whether all layers are made before the first is called: where one draws its first weights only when it
            is built, they get the same ones as in the other ways of writing.
        closed: the blocks, the project's and the design's own, that are classes.
        texts: their source, each before it is used.
    """

    early: bool
    closed: set[str] = field(default_factory=set)
    texts: list[str] = field(default_factory=list)


def functional_blocks(plan: Plan) -> Style:
    """Decide which blocks are functions, and write all of them."""
    style = Style(plan.late)
    closed_own = _closed_own(plan)
    style.closed = {*closed_own}
    inside = {
        step.kind.name
        for name in closed_own
        for step in plan.own_blocks[name].body.steps
        if step.kind.name in plan.blocks
    }
    closed = {*plan.blocks} if style.early else _with_inner(inside | _shared(plan), plan)
    texts: list[str] = []
    for name, block in plan.blocks.items():
        try:
            texts.append(as_class(block, True) if name in closed else as_function(block, plan.blocks, closed))
        except NotAFunction:
            closed.add(name)
            texts.append(as_class(block, True))
    # A class needs the blocks inside it as classes, too.
    more = set().union(*(_inside(plan.blocks[name], plan) for name in closed)) - closed
    texts += [as_class(plan.blocks[name], True) for name in plan.blocks if name in more]
    style.closed |= closed
    texts += [
        own_class(block) if name in closed_own else own_function(block, style, plan)
        for name, block in plan.own_blocks.items()
    ]
    style.texts = texts
    return style


def functional_body(plan: Plan, style: Style) -> tuple[list[str], list[str]]:
    """The statements that go from the inputs to the outputs, and the names of the outputs."""
    names = layer_variables(plan.body)
    before = []
    if style.early:
        for step in plan.steps:
            if plan.body.first_use(step):
                layer = step.constructor() if step.node.repeat == 1 else step.constructor_list()
                before.append(f"{names[step.owner.id]} = {layer}")
    inputs = {entry: plan.variables[entry] for entry in plan.body.inputs}
    apply, repeat = _ways(plan.body, style, plan, named=True)
    named: dict[Value, str] = {}
    lines = statements(plan.body, inputs, apply, repeat, chain=False, named=named)
    return [*before, *lines], [named[output] for output in plan.outputs]


def own_function(block: OwnBlock, style: Style, plan: Plan) -> str:
    """The source of a block of the design's own as a function of plain layers."""
    body = block.body
    names = {entry: body.variables[entry] for entry in body.inputs}
    if len(body.inputs) == 1:
        names = {body.inputs[0]: "inputs"}
    apply, repeat = _ways(body, style, plan, named=False)
    lines = [f"def {block.function_name}({', '.join(names.values())}, {parameters(block)[:-2]}):"]
    lines.append(f'    """{docstring(about(block))}"""')
    lines += [f"    {line}" for line in statements(body, names, apply, repeat, final=", ".join)]
    return "\n".join(lines) + "\n"


def layer_variables(body: Body) -> dict[str, str]:
    """For the node of each layer a name for the layer, beside the name of what it gives."""
    taken = set(body.variables.values())
    names: dict[str, str] = {}
    for step in body.steps:
        if step.owner.id in names:
            continue
        name = f"{body.owner_variable(step)}_layer"
        while name in taken:
            name += "_"
        taken.add(name)
        names[step.owner.id] = name
    return names


def _ways(body: Body, style: Style, plan: Plan, named: bool) -> tuple[Callable, Callable]:
    """How steps are applied, once and repeatedly."""
    names = layer_variables(body)

    def applied(step: Step, values: list[str]) -> str:
        if step.is_block and step.kind.name not in style.closed:
            if step.kind.name in plan.own_blocks:
                function, inputs = plan.own_blocks[step.kind.name].function_name, ", ".join(values)
            else:
                function, inputs = snake(step.kind.name), step.call_text(values)
            _, _, arguments = step.constructor(named=False).partition("(")
            return f"{function}({inputs}{'' if arguments == ')' else ', '}{arguments}"
        return f"{step.constructor(named)}({step.call_text(values)})"

    def apply(step: Step, values: list[str]) -> tuple[list[str], str]:
        if style.early and named:
            return [], f"{names[step.owner.id]}({step.call_text(values)})"
        if body.uses(step) > 1:
            layer = names[step.owner.id]
            before = [f"{layer} = {step.constructor(named)}"] if body.first_use(step) else []
            return before, f"{layer}({step.call_text(values)})"
        return [], applied(step, values)

    def repeat(step: Step) -> tuple[list[str], str, Callable[[str], str]]:
        if style.early and named:
            head = f"for layer in {names[step.owner.id]}:"
            return [], head, lambda name: f"layer({step.call_text([name])})"
        is_function = step.is_block and step.kind.name not in style.closed
        numbered = named and step.layer_name is not None and not is_function
        times = step.node.repeat
        head = f"for number in range(1, {times + 1}):" if numbered else f"for _ in range({times}):"
        return [], head, lambda name: applied(step, [name])

    return apply, repeat


def _closed_own(plan: Plan) -> set[str]:
    """The design's composite blocks that must be classes.

    Because their weights are shared or drawn late, because a graph would leave out what nobody reads, or because a
    layer inside learns before training and has to be reached.
    """
    if plan.late:
        return {*plan.own_blocks}
    shared = (
        _shared(plan)
        | {name for name, block in plan.own_blocks.items() if _has_dead_ends(block.body)}
        | plan.learning
    )
    shared |= {
        step.kind.name
        for body in plan.bodies
        for step in body.steps
        if step.is_block and any(not body.readers(Value(step.id, number)) for number in range(step.results))
    }
    closed: set[str] = set()
    for name in reversed(plan.own_blocks):
        used_in = {
            outer
            for outer, block in plan.own_blocks.items()
            if any(step.kind.name == name for step in block.body.steps)
        }
        if name in shared or used_in & closed:
            closed.add(name)
    return closed


def _has_dead_ends(body: Body) -> bool:
    return any(
        not any(body.readers(Value(step.id, number)) for number in range(step.results)) for step in body.steps
    )


def _shared(plan: Plan) -> set[str]:
    """The blocks one of whose layers is used at several places, or frozen as a whole."""
    return {
        step.kind.name
        for body in plan.bodies
        for step in body.steps
        if step.is_block and (body.uses(step) > 1 or not step.owner.trainable)
    }


def _with_inner(names: set[str], plan: Plan) -> set[str]:
    blocks = {name for name in names if name in plan.blocks}
    return blocks.union(*(_inside(plan.blocks[name], plan) for name in blocks))


def _inside(block: SpecializedBlock, plan: Plan) -> set[str]:
    inner = block.layers & plan.blocks.keys()
    return inner.union(*(_inside(plan.blocks[name], plan) for name in inner))

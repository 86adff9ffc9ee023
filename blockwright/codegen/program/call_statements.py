"""How values go from step to step: the statements inside `call`, and inside a function of the Functional API."""

from collections.abc import Callable, Mapping

from blockwright.codegen.names import words
from blockwright.codegen.program.program_nodes import Body, Step, Value

Apply = Callable[[Step, list[str]], tuple[list[str], str]]
"""For a step and the names of what it reads: statements that come before, and the expression of its result."""

Repeat = Callable[[Step], tuple[list[str], str, Callable[[str], str]]]
"""For a repeated step: statements that come before, the head of the loop, and the expression of what one turn makes of
the name of what it gets."""


def statements(
    body: Body,
    inputs: Mapping[str, str],
    apply: Apply,
    repeat: Repeat,
    *,
    chain: bool = True,
    final: Callable[[list[str]], str] | None = None,
    named: dict[Value, str] | None = None,
) -> list[str]:
    """The statements of a body.

    Args:
        body: the steps.
        inputs: for every input, its name.
        apply: how a step is applied.
        repeat: how a repeated step is applied.
        chain: whether what is read only by the next step is called `x`.
        final: makes the last expression of the names of the outputs; without it nothing is returned.
        named: is filled with the name of everything that is read or given.
    """
    named = {} if named is None else named
    named |= {Value(input_id): name for input_id, name in inputs.items()}
    lines = [f"# '{words(node_id)}' is left out: {why}." for node_id, why in body.left_out]
    for index, step in enumerate(body.steps):
        after = body.steps[index + 1] if index + 1 < len(body.steps) else None
        values = [named[value] for value in step.reads]
        if step.results > 1:
            lines += _several(body, step, apply, values, named)
            continue
        read_next = after is not None and after.reads == (Value(step.id),)
        chained = chain and read_next and body.readers(Value(step.id)) == 1
        target = "x" if chained else step.variable
        named[Value(step.id)] = target
        if step.node.repeat > 1:
            before, head, turn = repeat(step)
            start = [] if values[0] == target else [f"{target} = {values[0]}"]
            lines += [*before, *start, head, f"    {target} = {turn(target)}"]
            continue
        before, result = apply(step, values)
        lines += before
        if final is not None and after is None and body.outputs == (Value(step.id),):
            return [*lines, f"return {final([result])}"]
        lines.append(f"{target} = {result}")
    if final is not None:
        lines.append(f"return {final([named[value] for value in body.outputs] or list(inputs.values())[:1])}")
    return lines


def _several(body: Body, step: Step, apply: Apply, values: list[str], named: dict[Value, str]) -> list[str]:
    """The statement of a step with several results; those that nobody reads have no name."""
    targets = []
    for number in range(step.results):
        value = Value(step.id, number)
        name = step.variable
        if number:
            name = f"{name.rstrip('_')}_{number}" if body.readers(value) else "_"
        while name != "_" and number and name in {*body.variables.values(), *named.values()}:
            name += "_"
        named[value] = name
        targets.append(name)
    before, results = apply(step, values)
    if targets[1:] == ["_"] * (len(targets) - 1):
        targets[1:] = ["*_"]
    return [*before, f"{', '.join(targets)} = {results}"]

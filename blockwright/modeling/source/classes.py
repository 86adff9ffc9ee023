"""Classes: the design's own blocks as Layer classes, and what the network as a subclass of `keras.Model` is made of."""

from collections.abc import Callable

from blockwright.modeling.source.arguments import value_text
from blockwright.modeling.source.names import docstring, words
from blockwright.modeling.source.plan import Own
from blockwright.modeling.source.steps import Body, Step
from blockwright.modeling.source.wiring import statements


def own_class(own: Own) -> str:
    """The source of a block of the design's own as a subclass of `keras.layers.Layer`."""
    lines = ["@keras.saving.register_keras_serializable()", f"class {own.class_name}(layers.Layer):"]
    lines.append(f'    """{docstring(about(own))}"""\n')
    lines.append(f"    def __init__(self, {parameters(own)}**kwargs):")
    lines.append("        super().__init__(**kwargs)")
    lines += [f"        self.{name} = {name}" for name in own.arguments.values()]
    lines += [f"        {line}" for line in made_parts(own.body, named=False)]
    lines.append("\n    def call(self, inputs):")
    lines += [f"        {line}" for line in class_call(own.body, _listed, _unpacked(own.body))]
    if own.arguments:
        entries = ", ".join(f'"{name}": self.{name}' for name in own.arguments.values())
        lines.append(f"\n    def get_config(self):\n        return {{**super().get_config(), {entries}}}")
    return "\n".join(lines) + "\n"


def made_parts(body: Body, named: bool = True) -> list[str]:
    """The statements of `__init__` that make the layers, in the order in which they run."""
    lines = []
    for step in body.steps:
        if body.first_use(step):
            made = step.made(named) if step.node.repeat == 1 else step.copies(named)
            lines.append(f"self.{body.owner_variable(step)} = {made}")
    return lines


def class_call(body: Body, final: Callable[[list[str]], str], given: list[str]) -> list[str]:
    """The statements of `call` over the layers of `made_parts`.

    `given` are statements that name the inputs where there are several; a single one is `inputs`.
    """

    def part(step: Step) -> str:
        return f"self.{body.owner_variable(step)}"

    names = {one: body.variables[one] for one in body.inputs}
    if len(body.inputs) == 1:
        names = {body.inputs[0]: "inputs"}
    lines = statements(
        body,
        names,
        lambda step, values: ([], f"{part(step)}({step.given(values, 'self.')})"),
        lambda step: (
            [],
            f"for layer in {part(step)}:",
            lambda name: f"layer({step.given([name], 'self.')})",
        ),
        final=final,
    )
    return [*given, *lines]


def about(own: Own) -> str:
    """The sentence that describes a block of the design's own."""
    kinds = list(dict.fromkeys(step.class_name for step in own.body.steps))
    named = [*kinds[:4], *(["others"] if len(kinds) > 4 else [])]
    listed = " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)
    return f"{words(own.name)}: {listed}." if named else f"{words(own.name)}, with nothing inside yet."


def parameters(own: Own) -> str:
    """Its arguments as they stand in a signature, a comma behind each."""
    return "".join(f"{name}={value_text(value)}, " for name, value in own.defaults.items())


def _unpacked(body: Body) -> list[str]:
    if len(body.inputs) == 1:
        return []
    return [f"{', '.join(body.variables[one] for one in body.inputs)} = inputs"]


def _listed(names: list[str]) -> str:
    return ", ".join(names) if names else "inputs"

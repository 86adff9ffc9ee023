"""Classes: the composite blocks as Layer classes, and what the network as a subclass of `keras.Model` is made of."""

from collections.abc import Callable

from blockwright.codegen.blocks.block_writer import FREEZE_PARTS
from blockwright.codegen.names import docstring, words
from blockwright.codegen.program.adapt_layers import may_learn
from blockwright.codegen.program.arguments import value_text
from blockwright.codegen.program.call_statements import statements
from blockwright.codegen.program.program import OwnBlock
from blockwright.codegen.program.program_nodes import Body, Step
from blockwright.layers import SPECS, names_with

_BUILD = """
    def build(self, input_shape):
        \"\"\"Nothing: the first call builds the parts.\"\"\"
""".rstrip("\n")

_BUILD_OUTSIDE = """
    def build(self, input_shape):
        \"\"\"Normalization takes its numbers when it is built: not in a graph that is thrown away.\"\"\"
        with tf.init_scope():
            self.call({inputs})
""".rstrip("\n")


def own_class(block: OwnBlock) -> str:
    """The source of a block of the design's own as a subclass of `keras.layers.Layer`."""
    lines = ["@keras.saving.register_keras_serializable()", f"class {block.class_name}(layers.Layer):"]
    lines.append(f'    """{docstring(about(block))}"""\n')
    lines.append(f"    def __init__(self, {parameters(block)}**kwargs):")
    lines.append("        super().__init__(**kwargs)")
    lines += [f"        self.{name} = {name}" for name in block.arguments.values()]
    lines += [f"        {line}" for line in made_parts(block.body, named=False)]
    lines += [f"        {line}" for line in _bounds_to_begin_with(block.body)]
    lines += [FREEZE_PARTS] if block.frozen else []
    lines.append(_build(block.body))
    lines.append("\n    def call(self, inputs):")
    lines += [f"        {line}" for line in class_call(block.body, _listed, _unpacked(block.body))]
    if block.arguments:
        entries = ", ".join(f'"{name}": self.{name}' for name in block.arguments.values())
        lines.append(f"\n    def get_config(self):\n        return {{**super().get_config(), {entries}}}")
    lines += kept_bounds(block.body)
    return "\n".join(lines) + "\n"


def _build(body: Body) -> str:
    if not any(_takes_weights_when_built(step) for step in body.steps):
        return _BUILD
    inputs = "keras.Input(input_shape[1:])"
    if len(body.inputs) > 1:
        inputs = "[keras.Input(shape[1:]) for shape in input_shape]"
    return _BUILD_OUTSIDE.format(inputs=inputs)


def _takes_weights_when_built(step: Step) -> bool:
    """Whether its layer is given weights in its arguments, as `Normalization` its means."""
    spec = SPECS.get(step.kind.name)
    adaptation = None if spec is None else spec.adaptation
    return adaptation is not None and adaptation.in_weights and bool(step.params.get(adaptation.given_by))


def _bounds_to_begin_with(body: Body) -> list[str]:
    """The statements that give a layer of ranges some bounds: Keras tells no shapes of a block around one without."""
    lines = []
    for part, times in _learning_bounds(body):
        layer = "layer" if times > 1 else part
        begin = f"{layer}.bin_boundaries = {layer}.bin_boundaries or [0.0] * ({layer}.num_bins - 1)"
        lines += [f"for layer in {part}:", f"    {begin}"] if times > 1 else [begin]
    return lines


def kept_bounds(body: Body) -> list[str]:
    """The methods that keep what layers of ranges learnt, which Keras does only where they stand in a graph."""
    saved, loaded = [], []
    for part, times in _learning_bounds(body):
        key = part.removeprefix("self.")
        if times > 1:
            saved.append(f'store["{key}"] = np.array([layer.bin_boundaries for layer in {part}])')
            loaded += [f'for layer, bounds in zip({part}, store["{key}"][()], strict=True):']
            loaded += ["    layer.bin_boundaries = bounds.tolist()"]
        else:
            saved.append(f'store["{key}"] = np.array({part}.bin_boundaries)')
            loaded.append(f'{part}.bin_boundaries = store["{key}"][()].tolist()')
    if not saved:
        return []
    lines = ["\n    def save_own_variables(self, store):", *(f"        {line}" for line in saved)]
    return [*lines, "\n    def load_own_variables(self, store):", *(f"        {line}" for line in loaded)]


def _learning_bounds(body: Body) -> list[tuple[str, int]]:
    """The layers of ranges whose bounds are not given, and how many of each there are."""
    return [
        (f"self.{body.owner_variable(step)}", step.node.repeat)
        for step in body.steps
        if step.kind.name in names_with("adaptation_lost_inside")
        and may_learn(step.kind.name, step.owner.params)
        and body.first_use(step)
    ]


def made_parts(body: Body, named: bool = True) -> list[str]:
    """The statements of `__init__` that make the layers, in the order in which they run."""
    lines = []
    for step in body.steps:
        if body.first_use(step):
            layers = step.constructor(named) if step.node.repeat == 1 else step.constructor_list(named)
            lines.append(f"self.{body.owner_variable(step)} = {layers}")
    return lines


def class_call(body: Body, final: Callable[[list[str]], str], unpacked: list[str]) -> list[str]:
    """The statements of `call` over the layers of `made_parts`.

    `unpacked` are statements that name the inputs where there are several; a single one is `inputs`.
    """

    def part(step: Step) -> str:
        return f"self.{body.owner_variable(step)}"

    def called(step: Step, layer: str, values: list[str]) -> str:
        arguments = step.call_text(values, "self.")
        return (
            f"keeping_masks({layer}, {arguments})" if body.needs_masks_kept(step) else f"{layer}({arguments})"
        )

    names = {entry: body.variables[entry] for entry in body.inputs}
    if len(body.inputs) == 1:
        names = {body.inputs[0]: "inputs"}
    lines = statements(
        body,
        names,
        lambda step, values: ([], called(step, part(step), values)),
        lambda step: (
            [],
            f"for layer in {part(step)}:",
            lambda name: called(step, "layer", [name]),
        ),
        final=final,
    )
    return [*unpacked, *lines]


def about(block: OwnBlock) -> str:
    """The sentence that describes a block of the design's own."""
    kinds = list(dict.fromkeys(step.class_name for step in block.body.steps))
    names = [*kinds[:4], *(["others"] if len(kinds) > 4 else [])]
    listed = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return f"{words(block.name)}: {listed}." if names else f"{words(block.name)}, with nothing inside yet."


def parameters(block: OwnBlock) -> str:
    """Its arguments as they stand in a signature, a comma behind each."""
    return "".join(f"{name}={value_text(value)}, " for name, value in block.defaults.items())


def _unpacked(body: Body) -> list[str]:
    if len(body.inputs) == 1:
        return []
    return [f"{', '.join(body.variables[entry] for entry in body.inputs)} = inputs"]


def _listed(names: list[str]) -> str:
    return ", ".join(names) if names else "inputs"

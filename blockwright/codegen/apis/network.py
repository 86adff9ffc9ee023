"""The network itself in three ways: a subclass of `keras.Model`, the Functional API, and Sequential."""

import inspect
from collections.abc import Iterable
from dataclasses import dataclass, replace

import keras

from blockwright.codegen.apis.functional import functional_blocks, functional_body
from blockwright.codegen.blocks.block_writer import FREEZE_PARTS, as_class
from blockwright.codegen.blocks.classes import class_call, kept_bounds, made_parts, own_class
from blockwright.codegen.function_source import plain_source
from blockwright.codegen.names import docstring, file_stem, words
from blockwright.codegen.program.program import Plan
from blockwright.codegen.program.program_nodes import Step, Value, calls_once
from blockwright.layers import names_with
from blockwright.runtime.masks import keeping_masks
from blockwright.schema.design import Input
from blockwright.schema.text import shape_text

_CALL_OF_A_GRAPH = '''
    def call(self, inputs, training=None):
        """Runs as its graph, where no mask is lost: attention takes them off what it reads."""
        if self.masked_graph is None:
            self.build_graph()
        return self.masked_graph(inputs, training=training)
'''.strip("\n")


@dataclass(frozen=True)
class Network:
    """A network as source: its blocks, itself, and the expression that makes it."""

    blocks: str
    model: str
    make: str
    graph: str

    def with_own(self, layer: str) -> "Network":
        """The same with a class of the file in the place of a Keras layer of that name."""
        keras_call, own_call = f"layers.{layer}(", f"{layer}("
        return replace(
            self,
            blocks=self.blocks.replace(keras_call, own_call),
            model=self.model.replace(keras_call, own_call),
        )


def subclassed(plan: Plan, own_steps: str) -> Network:
    """A subclass of `keras.Model`, over the blocks as Layer classes."""
    inputs = plan.design.inputs
    lines = ["@keras.saving.register_keras_serializable()", f"class {plan.class_name}(keras.Model):"]
    lines.append(f'    """{_about(plan)}"""\n')
    lines.append("    def __init__(self, **kwargs):\n        super().__init__(**kwargs)")
    lines += [f"        {line}" for line in made_parts(plan.body)]
    training = ", training=None" if plan.trains else ""
    if plan.padded:
        lines.append("        self.masked_graph = None\n")
        lines.append(_CALL_OF_A_GRAPH)
    lines.append(
        "\n    def wired(self, inputs):" if plan.padded else f"\n    def call(self, inputs{training}):"
    )
    unpacked = []
    if len(inputs) > 1:
        unpacked = [
            f'{plan.variables[entry.id]} = inputs["{plan.input_names[entry.id]}"]' for entry in inputs
        ]
    lines += [
        f"        {line}"
        for line in class_call(plan.body, lambda names: _named_outputs(names, plan), unpacked)
    ]
    lines.append("\n    def build_graph(self):")
    lines.append('        """The same layers as a functional model, for `summary` and `plot_model`."""')
    tensors = _input(inputs[0], plan)
    if len(inputs) > 1:
        entries = [f'"{plan.input_names[entry.id]}": {_input(entry, plan)}' for entry in inputs]
        tensors = f"{{{', '.join(entries)}}}"
    lines.append(f"        inputs = {tensors}")
    stem = file_stem(plan.design.name)
    if plan.padded:
        lines.append(f'        model = keras.Model(inputs, self.wired(inputs), name="{stem}")')
        lines.append("        self.masked_graph = model.__call__\n        return model")
    else:
        lines.append(f'        return keras.Model(inputs, self.call(inputs), name="{stem}")')
    lines += kept_bounds(plan.body)
    bounded = names_with("adaptation_lost_inside")
    if plan.padded or plan.learning or any(step.kind.name in bounded for step in plan.steps):
        # Where layers learn, Keras cannot build a network from the shapes in a file: of texts, or behind ranges. And a
        # network that runs as its graph has its layers built with that.
        lines.append("\n    def build_from_config(self, config):\n        self.build_graph()")
    source = "\n".join(lines) + "\n" + (f"\n{own_steps}" if own_steps else "")
    return Network(
        _class_blocks(plan, model=source), source, f"{plan.class_name}()", "model.build_graph().summary()"
    )


def functional(plan: Plan, own_steps: str) -> Network:
    """The Functional API: layers called on tensors, blocks as functions of plain layers."""
    style = functional_blocks(plan)
    kind = "keras.Model"
    lines = []
    if own_steps:
        kind = "TrainableModel"
        lines += [own_steps_class(kind, "keras.Model", own_steps), ""]
    lines.append(f'def build_model():\n    """{_about(plan)}"""')
    lines += [f"    {plan.variables[entry.id]} = {_input(entry, plan)}" for entry in plan.design.inputs]
    body, named = functional_body(plan, style)
    lines += [f"    {line}" for line in body]
    inputs = [plan.variables[entry.id] for entry in plan.design.inputs]
    tensors = inputs[0] if len(inputs) == 1 else f"[{', '.join(inputs)}]"
    outputs = _named_outputs(named, plan) if named else inputs[0]
    lines.append(f'    return {kind}({tensors}, {outputs}, name="{file_stem(plan.design.name)}")')
    blocks = "\n\n".join([*_helpers(plan, style.texts), *style.texts])
    return Network(blocks, "\n".join(lines) + "\n", "build_model()", "model.summary()")


def sequential(plan: Plan, own_steps: str) -> Network:
    """A `keras.Sequential` over the blocks as Layer classes. `not_sequential` must have found nothing."""
    kind = "keras.Sequential"
    lines = []
    if own_steps:
        kind = "TrainableSequential"
        lines += [own_steps_class(kind, "keras.Sequential", own_steps), ""]
    lines.append(f'def build_model():\n    """{_about(plan)}"""\n    return {kind}(\n        [')
    lines.append(f"            {_input(plan.design.inputs[0], plan)},")
    for step in plan.steps:
        lines.append(
            f"            {step.constructor() if step.node.repeat == 1 else f'*{step.constructor_list()}'},"
        )
    lines.append(f'        ],\n        name="{file_stem(plan.design.name)}",\n    )')
    return Network(
        _class_blocks(plan, in_graph=True), "\n".join(lines) + "\n", "build_model()", "model.summary()"
    )


def not_sequential(plan: Plan) -> tuple[str, str | None] | None:
    """Why a design is no plain stack, as a sentence, and the node to blame; None where it is one."""
    advice = "Write this design in the Functional API or as a subclass."
    if len(plan.design.inputs) > 1:
        return (
            f"A Sequential model has one input, but this design has {len(plan.design.inputs)}. {advice}",
            None,
        )
    if plan.left_out:
        node_id, why = plan.left_out[0]
        return f'"{node_id}" cannot be placed in a stack: {why}.', node_id
    if not plan.steps:
        return "A Sequential model needs a block; this design has none yet.", None
    before = Value(plan.design.inputs[0].id)
    for step in plan.steps:
        reason = _not_stacked(step, before, plan)
        if reason is not None:
            return f"{reason} {advice}", step.id
        before = Value(step.id)
    if len(plan.outputs) > 1:
        names = ", ".join(f'"{output.id}"' for output in plan.outputs[:4])
        return f"A Sequential model has one output, but this design has several: {names}. {advice}", None
    if plan.outputs != (before,):
        ends = plan.outputs[0].id
        return f'The network ends in "{ends}", not in its last block "{before.id}". {advice}', before.id
    return None


def _not_stacked(step: Step, before: Value, plan: Plan) -> str | None:
    """Why a step cannot stand behind the one before it in a stack."""
    named = f'`{step.kind.name}` "{step.id}"'
    if len(step.reads) > 1:
        sources = ", ".join(f'"{source.id}"' for source in step.reads[:4])
        return f"{named} reads {sources} at once; a stack reads one value."
    if step.kind.many_inputs and step.kind.min_inputs > 1:
        return f"{named} joins several branches; a stack has one."
    if not calls_once(step):
        return f"{named} is called with a query and a value; a stack passes on one value."
    if step.call_text(["x"]) != "x":
        return f"{named} joins several branches; a stack has one."
    if step.results > 1:
        return f"{named} gives {step.results} results; a stack passes on one value."
    if plan.body.uses(step) > 1:
        return f"{named} shares its weights with another node; a stack has every layer once."
    if step.reads[0] != before:
        return f'{named} reads "{step.reads[0].id}", not "{before.id}" before it, so the design branches.'
    return None


def _class_blocks(plan: Plan, in_graph: bool = False, model: str = "") -> str:
    classes = [as_class(block, in_graph) for block in plan.blocks.values()]
    own_classes = [own_class(block) for block in plan.own_blocks.values()]
    return "\n\n".join([*_helpers(plan, [*own_classes, model]), *classes, *own_classes])


def _about(plan: Plan) -> str:
    sizes = [shape_text(entry.shape) for entry in plan.design.inputs]
    if len(sizes) > 1:
        entries = zip(plan.design.inputs, sizes, strict=True)
        sizes = [f"'{words(entry.id)}' of {size}" for entry, size in entries]
    listed = " and ".join([", ".join(sizes[:-1]), sizes[-1]] if len(sizes) > 1 else sizes)
    name = words(plan.design.name)
    return docstring(f"{name}, for inputs of {listed}." if name else f"A network for inputs of {listed}.")


def _named_outputs(names: list[str], plan: Plan) -> str:
    """One output, or several by their names."""
    if len(names) < 2:
        return names[0] if names else "inputs"
    entries = (f'"{key}": {name}' for key, name in zip(plan.output_names, names, strict=True))
    return f"{{{', '.join(entries)}}}"


def _input(entry: Input, plan: Plan) -> str:
    shape = f"({', '.join(str(size) for size in entry.shape)}{',' if len(entry.shape) == 1 else ''})"
    name = plan.input_names[entry.id]
    rest = "" if entry.dtype == "float32" else f', dtype="{entry.dtype}"'
    return f"keras.Input({shape}{rest}" + (f', name="{name}")' if name is not None else ")")


def _helpers(plan: Plan, written: Iterable[str]) -> list[str]:
    """Functions and constants that stand beside the blocks, each once; `written` is what may call them."""
    helpers: dict[str, str] = {}
    for block in plan.blocks.values():
        helpers.update(block.helpers)
    helpers |= {name: _freezing_class(name) for name in plan.freezing}
    if any("keeping_masks(" in text for text in written):
        helpers["keeping_masks"] = plain_source(keeping_masks)
    return list(helpers.values())


def _freezing_class(name: str) -> str:
    """A class in the place of a Keras layer that does not freeze the layers which it makes itself."""
    _, *shapes = inspect.signature(getattr(keras.layers, name).build).parameters.values()
    arguments = ", ".join(shape.name for shape in shapes)
    return f'''
@keras.saving.register_keras_serializable()
class {name}(layers.{name}):
    """Keras's layer; where it is frozen, so are the layers inside it."""

    def build(self, {", ".join(map(str, shapes))}):
        super().build({arguments})
{FREEZE_PARTS}
'''.strip("\n")


def own_steps_class(name: str, base: str, own_steps: str) -> str:
    """The class of a model with steps of its own."""
    head = f"@keras.saving.register_keras_serializable()\nclass {name}({base}):\n"
    return head + '    """A model whose training and test steps are written out."""\n\n' + own_steps

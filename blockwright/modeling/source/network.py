"""The network itself in three ways: a subclass of `keras.Model`, the Functional API, and Sequential."""

import ast
from dataclasses import dataclass

from blockwright.architecture.spec import Input
from blockwright.modeling.source.names import docstring, file_stem, snake, words
from blockwright.modeling.source.plan import Plan, Step
from blockwright.modeling.source.reducing import LATE_LAYERS, Reduced
from blockwright.modeling.source.writing import NotAFunction, as_class, as_function

TRAIN_STEP = '''
    def train_step(self, data):
        """One step of training on a batch; Keras's `fit` calls it."""
        x, y = data
        with tf.GradientTape() as tape:
            outputs = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=outputs)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(
            zip(gradients, self.trainable_variables, strict=True)
        )
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=tf.shape(x)[0])
            else:
                metric.update_state(y, outputs)
        return {metric.name: metric.result() for metric in self.metrics}
'''


@dataclass(frozen=True)
class Network:
    """A network as source: its blocks, itself, and the expression that makes it."""

    blocks: str
    model: str
    make: str
    graph: str


def subclassed(plan: Plan, own_step: bool) -> Network:
    """A subclass of `keras.Model`, over the blocks as Layer classes."""
    lines = ["@keras.saving.register_keras_serializable()", f"class {plan.class_name}(keras.Model):"]
    lines.append(f'    """{_about(plan)}"""\n')
    lines.append("    def __init__(self, **kwargs):\n        super().__init__(**kwargs)")
    lines += [f"        self.{step.variable} = {step.made()}" for step in plan.steps]
    training = ", training=None" if plan.trains else ""
    lines.append(f"\n    def call(self, inputs{training}):")
    lines += [f"        {line}" for line in _call(plan)]
    lines.append("\n    def build_graph(self):")
    lines.append('        """The same layers as a functional model, for `summary` and `plot_model`."""')
    lines.append(f"        inputs = {_inputs(plan)}")
    lines.append(
        f'        return keras.Model(inputs, self.call(inputs), name="{file_stem(plan.design.name)}")'
    )
    source = "\n".join(lines) + "\n" + (TRAIN_STEP if own_step else "")
    blocks = "\n\n".join([*_helpers(plan), *(as_class(block) for block in plan.blocks.values())])
    return Network(blocks, source, f"{plan.class_name}()", "model.build_graph().summary()")


def functional(plan: Plan, own_step: bool) -> Network:
    """The Functional API: layers called on tensors, blocks as functions of plain layers."""
    # Where a layer draws its first weights when it is built, all are made first, as in the other ways of writing.
    early = any(step.node.block in LATE_LAYERS for step in plan.steps)
    early = early or any(block.late for block in plan.blocks.values())
    closed: set[str] = set()
    written = []
    for name, block in plan.blocks.items():
        try:
            written.append(as_class(block) if early else as_function(block, plan.blocks, closed))
        except NotAFunction:
            closed.add(name)
            written.append(as_class(block))
    if early:
        closed = set(plan.blocks)
    # A class needs the blocks inside it as classes, too.
    for name in sorted(closed):
        written += [as_class(plan.blocks[one]) for one in _inside(plan.blocks[name], plan) - closed]
    kind = "keras.Model"
    lines = []
    if own_step:
        kind = "TrainableModel"
        lines += [_own_step_class(kind, "keras.Model"), ""]
    lines.append(f'def build_model():\n    """{_about(plan)}"""')
    lines += [f"    {plan.variables[one.id]} = {_input(one, plan)}" for one in plan.design.inputs]
    for node_id, why in plan.left_out:
        lines.append(f"    # '{words(node_id)}' is left out: {why}.")
    made_before = _layer_variables(plan) if early else {}
    lines += [f"    {made_before[step.id]} = {step.made()}" for step in plan.steps if early]
    for step in plan.steps:
        block = plan.blocks.get(step.node.block)
        given = _given(step, plan.variables)
        if early:
            lines.append(f"    {step.variable} = {made_before[step.id]}({given})")
        elif block is not None and step.node.block not in closed:
            made = step.made(name=False)
            function, _, arguments = made.partition("(")
            separator = "" if arguments == ")" else ", "
            lines.append(f"    {step.variable} = {snake(function)}({given}{separator}{arguments}")
        else:
            lines.append(f"    {step.variable} = {step.made()}({given})")
    inputs = _listed([plan.variables[one.id] for one in plan.design.inputs])
    outputs = _listed([plan.variables[one] for one in plan.outputs])
    lines.append(f'    return {kind}({inputs}, {outputs}, name="{file_stem(plan.design.name)}")')
    return Network(
        "\n\n".join([*_helpers(plan), *written]), "\n".join(lines) + "\n", "build_model()", "model.summary()"
    )


def _layer_variables(plan: Plan) -> dict[str, str]:
    """A name for the layer of each step, beside the name of what it gives."""
    taken = set(plan.variables.values())
    found = {}
    for step in plan.steps:
        name = f"{step.variable}_layer"
        while name in taken:
            name += "_"
        taken.add(name)
        found[step.id] = name
    return found


def sequential(plan: Plan, own_step: bool) -> Network:
    """A `keras.Sequential` over the blocks as Layer classes. `not_sequential` must have found nothing."""
    kind = "keras.Sequential"
    lines = []
    if own_step:
        kind = "TrainableSequential"
        lines += [_own_step_class(kind, "keras.Sequential"), ""]
    lines.append(f'def build_model():\n    """{_about(plan)}"""\n    return {kind}(\n        [')
    lines.append(f"            {_input(plan.design.inputs[0], plan)},")
    lines += [f"            {step.made()}," for step in plan.steps]
    lines.append(f'        ],\n        name="{file_stem(plan.design.name)}",\n    )')
    blocks = "\n\n".join([*_helpers(plan), *(as_class(block) for block in plan.blocks.values())])
    return Network(blocks, "\n".join(lines) + "\n", "build_model()", "model.summary()")


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
    before = plan.design.inputs[0].id
    for step in plan.steps:
        block = step.node.block
        if len(step.reads) > 1:
            sources = ", ".join(f'"{one}"' for one in step.reads[:4])
            return (
                f'`{block}` "{step.id}" reads {sources} at once; a stack reads one thing. {advice}',
                step.id,
            )
        if step.many:
            return f'`{block}` "{step.id}" joins several branches; a stack has one. {advice}', step.id
        if step.reads[0] != before:
            sentence = f'`{block}` "{step.id}" reads "{step.reads[0]}", not "{before}" before it'
            return f"{sentence}, so the design branches. {advice}", step.id
        before = step.id
    if plan.outputs != (before,):
        return f'The network ends in "{plan.outputs[0]}", not in its last block "{before}". {advice}', before
    return None


def _about(plan: Plan) -> str:
    sizes = " and ".join(
        " x ".join("any" if size is None else f"{size}" for size in one.shape) for one in plan.design.inputs
    )
    name = words(plan.design.name)
    return docstring(f"{name}, for inputs of {sizes}." if name else f"A network for inputs of {sizes}.")


def _call(plan: Plan) -> list[str]:
    """The body of `call`: one statement a node, a plain chain under the name `x`."""
    lines = []
    variables = {plan.design.inputs[0].id: "inputs"}
    if len(plan.design.inputs) > 1:
        variables = {one.id: plan.variables[one.id] for one in plan.design.inputs}
        lines.append(f"{', '.join(variables.values())} = inputs")
    for node_id, why in plan.left_out:
        lines.append(f"# '{words(node_id)}' is left out: {why}.")
    for place, step in enumerate(plan.steps):
        after = plan.steps[place + 1] if place + 1 < len(plan.steps) else None
        made = f"self.{step.variable}({_given(step, variables)})"
        if after is None and plan.outputs == (step.id,):
            return [*lines, f"return {made}"]
        chained = after is not None and plan.readers(step.id) == 1 and after.reads == (step.id,)
        variables[step.id] = "x" if chained else step.variable
        lines.append(f"{variables[step.id]} = {made}")
    return [*lines, f"return {_listed([variables[one] for one in plan.outputs])}"]


def _given(step: Step, variables: dict[str, str]) -> str:
    values = [variables[one] for one in step.reads]
    return f"[{', '.join(values)}]" if step.many else values[0]


def _listed(names: list[str]) -> str:
    if not names:
        return "inputs"
    return names[0] if len(names) == 1 else f"[{', '.join(names)}]"


def _input(one: Input, plan: Plan) -> str:
    shape = f"({', '.join(str(size) for size in one.shape)}{',' if len(one.shape) == 1 else ''})"
    name = plan.input_names[one.id]
    rest = "" if one.dtype == "float32" else f', dtype="{one.dtype}"'
    return f"keras.Input({shape}{rest}" + (f', name="{name}")' if name is not None else ")")


def _inputs(plan: Plan) -> str:
    return _listed([_input(one, plan) for one in plan.design.inputs])


def _helpers(plan: Plan) -> list[str]:
    """Functions and constants that stand beside the blocks, each once."""
    found: dict[str, str] = {}
    for block in plan.blocks.values():
        found.update(block.helpers)
    return list(found.values())


def _own_step_class(name: str, base: str) -> str:
    head = f"@keras.saving.register_keras_serializable()\nclass {name}({base}):\n"
    return head + '    """A model whose training step is written out."""\n' + TRAIN_STEP


def _inside(block: Reduced, plan: Plan) -> set[str]:
    names = {
        node.id
        for statement in (*block.init, *block.methods)
        for node in ast.walk(statement)
        if isinstance(node, ast.Name)
    }
    inner = names & plan.blocks.keys()
    return inner.union(*(_inside(plan.blocks[one], plan) for one in inner))

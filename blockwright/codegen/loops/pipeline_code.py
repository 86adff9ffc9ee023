"""The preprocessing that a network begins with, in the input pipeline of a generated file."""

import re

from blockwright.codegen.program.program import Plan
from blockwright.codegen.program.program_nodes import Step
from blockwright.codegen.training_plan import TrainingPlan
from blockwright.design.leading_preprocessing import LeadingPreprocessing, leading_preprocessing

_MODEL = re.compile(r"(?<![\w.\"'/])model(?=[.,)\n])")

_STATEMENTS = '''

def preprocess(x):
    """What the network begins with: it runs on the processor, while the network trains on the batches before."""
{body}


def preprocessed(data):
    """Batches that went through the preprocessing."""
    return data.map(
        lambda x, *rest: (preprocess(x), *rest), num_parallel_calls=tf.data.AUTOTUNE
    ).prefetch(2)


# The rest of the network, with the same layers: `model` is the whole of it, from end to end.
network = {kind}({tensors}, {output})
'''


def moved(plan: TrainingPlan, program: Plan) -> LeadingPreprocessing:
    """What runs in the pipeline; empty where nothing does."""
    if plan.problem is not None or plan.settings.preprocessing != "pipeline":
        return LeadingPreprocessing((), ())
    return leading_preprocessing(program.design)


def pipeline_statements(plan: TrainingPlan, program: Plan, api: str, loop: str) -> str:
    """The statements that preprocess the batches and make the rest of the network; empty where nothing is moved."""
    leading = moved(plan, program)
    if not leading:
        return ""
    keys = {entry.entry.id: entry.key for entry in plan.inputs}
    values = {name: f'x["{key}"]' if plan.many_inputs else "x" for name, key in keys.items()}
    graph = "graph" if api == "subclassing" else "model"
    sources = {
        entry.entry.id: _input(graph, index, entry.key, api, plan.many_inputs)
        for index, entry in enumerate(plan.inputs)
    }
    steps = {step.node.id: step for step in program.steps}
    lines = []
    for node_id in leading.nodes:
        step = steps[node_id]
        layer, variable = _layer(step, program, api), program.body.owner_variable(step)
        lines.append(f"    {variable} = {layer}({values[step.reads[0].id]})")
        values[node_id], sources[node_id] = variable, f"{layer}.output"
    results = [values[name] for name in leading.results]
    tensors = [sources[name] for name in leading.results]
    lines.append(f"    return {_tuple(results)}")
    kind = "TrainableModel" if loop == "train_step" else "keras.Model"
    output = f"{graph}.outputs[0]" if api == "sequential" else f"{graph}.output"
    text = _STATEMENTS.format(body="\n".join(lines), kind=kind, tensors=_tuple(tensors), output=output)
    parts = ["train_data", *(["validation_data"] if plan.validated else [])]
    return text.lstrip("\n") + "".join(f"{part} = preprocessed({part})\n" for part in parts)


def of_the_rest(text: str, plan: TrainingPlan, program: Plan) -> str:
    """Statements that train, for the rest of the network where its preprocessing is moved."""
    return _MODEL.sub("network", text) if moved(plan, program) else text


def tested(text: str, plan: TrainingPlan, program: Plan) -> str:
    """The statements that test, likewise: predictions are those of the whole network."""
    if not moved(plan, program):
        return text
    return text.replace("model.evaluate(test_data)", "network.evaluate(preprocessed(test_data))").replace(
        "loop.evaluate(test_data,", "loop.evaluate(preprocessed(test_data),"
    )


def _input(graph: str, index: int, key: str, api: str, many: bool) -> str:
    if not many:
        return f"{graph}.input"
    return f'{graph}.input["{key}"]' if api == "subclassing" else f"{graph}.input[{index}]"


def _layer(step: Step, program: Plan, api: str) -> str:
    if api == "subclassing":
        return f"model.{program.body.owner_variable(step)}"
    return f'model.get_layer("{step.layer_name}")'


def _tuple(texts: list[str]) -> str:
    return texts[0] if len(texts) == 1 else f"({', '.join(texts)})"

"""The part of a file that gives every example the weight of its class."""

from blockwright.codegen.data.names import at
from blockwright.codegen.formatting import render
from blockwright.codegen.function_source import plain_source
from blockwright.codegen.task_code import task_code
from blockwright.codegen.training_plan import OutputData, TrainingPlan
from blockwright.recipe.class_weight import BALANCED
from blockwright.runtime.class_weights import balanced_class_weights

_FUNCTION = '''
def with_sample_weight(data, class_weights):
    """The same batches, each example with the weight of its class in the loss."""
    return data.map(lambda x, y: (x, y, {{ weights }}))
'''


def weighted(plan: TrainingPlan) -> bool:
    """Whether examples have weights."""
    return any(output.objective.class_weight for output in plan.outputs)


def class_weight_functions(plan: TrainingPlan) -> list[str]:
    """The functions that weights need; none where all examples count alike."""
    if not weighted(plan):
        return []
    weights = [_sample_weight(output, plan) for output in plan.outputs]
    if plan.many_outputs:
        entries = (f"{output.key!r}: {text}" for output, text in zip(plan.outputs, weights, strict=True))
        weights = [f"{{{', '.join(entries)}}}"]
    balanced = any(output.objective.class_weight == BALANCED for output in plan.outputs)
    return [
        *([plain_source(balanced_class_weights)] if balanced else []),
        render(_FUNCTION, weights=weights[0]),
    ]


def class_weight_statements(plan: TrainingPlan) -> str:
    """The statements that add the weights to the batches."""
    if not weighted(plan):
        return ""
    texts = {
        output.key: _class_weights(output, plan) for output in plan.outputs if output.objective.class_weight
    }
    made = ", ".join(f"{key!r}: {text}" for key, text in texts.items())
    lines = [
        f"class_weights = {{{made}}}"
        if plan.many_outputs
        else f"class_weights = {next(iter(texts.values()))}"
    ]
    lines += [
        f"{data} = with_sample_weight({data}, class_weights)"
        for data in ("train_data", *(["validation_data"] if plan.validated else []), "test_data")
    ]
    return "\n".join(lines) + "\n"


def _class_weights(output: OutputData, plan: TrainingPlan) -> str:
    """The expression for the weight of each class."""
    setting, names = output.objective.class_weight, output.objective.target.class_names
    if setting == BALANCED:
        return f"balanced_class_weights({at('y_train', output.key, plan.many_outputs)}, {len(names)})"
    weights = [setting.get(name, 1.0) if isinstance(setting, dict) else 1.0 for name in names]
    return f'np.array({weights!r}, "float32")'


def _sample_weight(output: OutputData, plan: TrainingPlan) -> str:
    """The expression for the weights of the examples of a batch."""
    y = at("y", output.key, plan.many_outputs)
    if not output.objective.class_weight:
        return f"tf.ones(tf.shape({y})[:1])"
    labels = f"tf.argmax({y}, axis=-1)"
    if not task_code(output).one_hot_units(output):
        labels = f'tf.cast(tf.reshape({y}, [-1]), "int64")'
    return f"tf.gather({at('class_weights', output.key, plan.many_outputs)}, {labels})"

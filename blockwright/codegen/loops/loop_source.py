"""The steps and the loop that a file trains with: the text of what runs train with, without what it does not need."""

import re
import textwrap
from dataclasses import dataclass

from blockwright.codegen.function_source import method_source, replaced, without
from blockwright.codegen.program.program import Plan
from blockwright.codegen.training_plan import TrainingPlan
from blockwright.layers import names_with
from blockwright.runtime.custom_loop import CustomLoop, CustomLoopOfSeveral
from blockwright.runtime.training_steps import TrainingSteps

_STEPS = ("train_step", "test_step", "update_metrics")
_LOOP = tuple(name for name, value in vars(CustomLoop).items() if callable(value))
_PENALTY = " + sum(tf.cast(penalty, loss.dtype) for penalty in self.model.losses)"
_VALIDATED = """
                validated = self.evaluate(validation_data, callbacks)
                values |= {f"val_{name}": value for name, value in validated.items()}
""".lstrip("\n")
_VALIDATION = "            if validation_data is not None:\n" + _VALIDATED
_WEIGHT = re.compile(r", sample_weight(=None|\[name\])?(?=[,)])")
_NO_WEIGHTS = "        if sample_weight is None:\n            sample_weight = dict.fromkeys(outputs)\n"
_EPOCH_ENDS = "            if self.model.stop_training:\n                break\n"
_BATCH_ENDS = "                if self.model.stop_training:\n                    break\n"


@dataclass(frozen=True)
class Needs:
    """What a file's training has beside the usual.

    Attributes:
        weighted: whether examples have weights.
        penalized: whether layers add to the loss.
        stops: whether a callback may end the training.
        sets_rate: whether a callback sets the learning rate, for which it looks in the model.
        averages: whether the optimizer ends with averages of the weights.
        validates: whether there is a validation part.
    """

    weighted: bool = False
    penalized: bool = False
    stops: bool = False
    sets_rate: bool = False
    averages: bool = False
    validates: bool = True


def training_steps(program: Plan, weighted: bool) -> str:
    """The methods of a model for `fit` to call."""
    text = method_source(TrainingSteps, _STEPS)
    data = "x, y, sample_weight = data" if weighted else "x, y = data"
    text = replaced(text, "x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(data)", data)
    if len(program.design.inputs) == 1:
        text = replaced(text, "tf.nest.flatten(x)[0]", "x")
    return _weights(text, weighted)


def custom_loop(plan: TrainingPlan, needs: Needs) -> str:
    """The class of a loop from scratch."""
    text = method_source(CustomLoopOfSeveral if plan.many_outputs else CustomLoop, _LOOP)
    if plan.many_outputs:
        text = without(text, _NO_WEIGHTS)
    elif needs.weighted:
        text = replaced(text, "(loss, y, outputs, sample_weight)", "(loss, y, outputs)")
        text = replaced(text, "(self, loss, y, outputs, sample_weight=None)", "(self, loss, y, outputs)")
    if not needs.penalized:
        text = without(text, _PENALTY)
        text = re.sub(r"loss = ([^=]*?)\n        return loss\n", r"return \1\n", text)
    if not unequal(plan):
        text = re.sub(r", loss_weight(=1\.0)?\)", ")", text)
        text = without(text, "        self.loss_weight = loss_weight\n")
        text = re.sub(r"self\.loss_weight(\[name\])? \* ", "", text)
    text = replaced(
        text, _VALIDATION, textwrap.indent(textwrap.dedent(_VALIDATED), " " * 12) if needs.validates else ""
    )
    if not needs.validates:
        text = replaced(text, "train_data, validation_data, epochs", "train_data, epochs")
    if not plan.settings.compiled:
        text = re.sub(r"    def compile_steps.*?\n\n", "", text, flags=re.DOTALL)
    if not needs.stops:
        text = without(text, _BATCH_ENDS, _EPOCH_ENDS, "        self.model.stop_training = False\n")
    if not needs.sets_rate:
        text = without(text, "        model.optimizer = optimizer\n")
    if not needs.averages:
        text = without(
            text, "        self.optimizer.finalize_variable_values(self.model.trainable_variables)\n"
        )
    about = "Trains from scratch: the loop over epochs and batches, and what happens in each."
    return f'class CustomLoop:\n    """{about}"""\n\n{_weights(text, needs.weighted)}'


def unequal(plan: TrainingPlan) -> bool:
    """Whether a loss counts more or less than once."""
    return any(output.objective.weight != 1.0 for output in plan.outputs)


def penalized(program: Plan) -> bool:
    """Whether layers add to the loss: weight penalties are in `model.losses`, as ActivityRegularization's are."""
    adding = names_with("adds_loss")
    return any(step.kind.name in adding for body in program.bodies for step in body.steps)


def _weights(text: str, weighted: bool) -> str:
    """The text of steps with or without weights of the examples."""
    if weighted:
        return text.replace("sample_weight=None", "sample_weight")
    return _WEIGHT.sub("", text)

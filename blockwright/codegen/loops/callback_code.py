"""The callbacks of a generated file, and what brings back the weights of the best epoch."""

from collections.abc import Sequence

from blockwright.codegen.function_source import plain_source
from blockwright.codegen.training_plan import TrainingPlan
from blockwright.recipe.callbacks import Callback, choosing_weights
from blockwright.recipe.callbacks.callback import BEST, MonitoringCallback
from blockwright.recipe.callbacks.model_checkpoint import ModelCheckpoint
from blockwright.recipe.callbacks.tensorboard import TensorBoard
from blockwright.runtime.tensorboard_log import TensorBoardLog
from blockwright.tasks.chosen_metrics import modes
from blockwright.tasks.monitors import monitors

_RESUMING = """\
# `keras.callbacks.BackupAndRestore("backup")`, put first, lets this file go on after its last epoch when
# it was killed and is started again: with its weights and optimizer, but without the counters of the
# other callbacks.
"""


def callback_list(plan: TrainingPlan, loop: str, further: Sequence[str] = ()) -> str:
    """The statement that makes the list `callbacks`, of those of the settings and further ones; empty without any.

    Beside checkpoints it says how `fit` can be resumed.
    """
    chosen = [_named(callback, plan) for callback in plan.callbacks]
    expressions = [_expression(callback, loop) for callback in chosen]
    lines = [f"    {expression}," for expression in (*expressions, *further)]
    if not lines:
        return ""
    saves = any(isinstance(callback, ModelCheckpoint) for callback in chosen)
    comment = _RESUMING if saves and loop != "custom" else ""
    return comment + "\n".join(["callbacks = [", *lines, "]"]) + "\n"


def _expression(callback: Callback, loop: str) -> str:
    arguments = callback.code_arguments()
    if loop == "custom" and isinstance(callback, TensorBoard):
        arguments["compute_loss"] = "loop.compute_loss"
    return callback.expression(**arguments)


def callback_sources(plan: TrainingPlan) -> list[str]:
    """The classes of callbacks that are not Keras's own."""
    boards = [callback for callback in plan.callbacks if isinstance(callback, TensorBoard)]
    return [plain_source(TensorBoardLog) for _ in boards]


def restoring(plan: TrainingPlan) -> str:
    """The statement after training that loads the best weights where they lie in a file; empty where they do not."""
    if any(isinstance(callback, ModelCheckpoint) for callback in choosing_weights(plan.callbacks)):
        return f'model.load_weights("{BEST}")\n'
    return ""


def _named(callback: Callback, plan: TrainingPlan) -> Callback:
    """With the monitor by the name that the file gives it: ids of outputs need not be Python names."""
    if not isinstance(callback, MonitoringCallback):
        return callback
    by_id = {output.objective.output: output.objective.metric.name for output in plan.outputs}
    by_key = {output.key: output.objective.metric.name for output in plan.outputs}
    chosen = {output.objective.output: modes(output.objective.metrics) for output in plan.outputs}
    chosen_by_key = {output.key: modes(output.objective.metrics) for output in plan.outputs}
    names = dict(zip(monitors(by_id, chosen), monitors(by_key, chosen_by_key), strict=True))
    return callback.model_copy(update={"monitor": names[callback.monitor]})

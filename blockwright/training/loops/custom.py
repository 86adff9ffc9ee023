"""Training by a loop from scratch, the one that generated files show."""

from collections.abc import Sequence
from typing import Any, ClassVar

import keras
import tensorflow as tf

from blockwright.recipe.loops import Loop
from blockwright.runtime.custom_loop import CustomLoop, CustomLoopOfSeveral
from blockwright.training.loops.loop import Training, TrainingLoop
from blockwright.training.setup.chosen_metrics import keras_metrics
from blockwright.training.setup.metrics import log_name


class NamedOutputs:
    """A network whose outputs go by their names in the logs, as the loop takes them; else it is the network itself."""

    def __init__(self, model: keras.Model, names: Sequence[str]) -> None:
        vars(self).update(_model=model, _names=names)

    def __call__(self, x: Any, training: bool) -> dict[str, Any]:
        return dict(zip(self._names, self._model(x, training=training), strict=True))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(self._model, name, value)


class CustomTrainingLoop(TrainingLoop):
    """`CustomLoop`, with the optimizer of the compiled model, and losses and metrics like those of `fit`."""

    name: ClassVar[Loop] = "custom"

    def train(self, training: Training) -> None:
        model, objectives = training.model, training.objectives
        losses = [objective.task.keras_loss(objective) for objective in objectives]
        metrics = [keras_metrics(objective) for objective in objectives]
        batches, validation = training.batches, training.validation
        loop: CustomLoop
        if len(objectives) == 1:
            loop = CustomLoop(model, model.optimizer, losses[0], metrics[0], objectives[0].weight)
        else:
            names = [log_name(index) for index in range(len(objectives))]
            weights = [objective.weight for objective in objectives]
            loop = CustomLoopOfSeveral(
                NamedOutputs(model, names),
                model.optimizer,
                *(dict(zip(names, values, strict=True)) for values in (losses, metrics, weights)),
            )
            batches = _by_name(batches, names)
            validation = None if validation is None else _by_name(validation, names)
        if training.compiled:
            loop.compile_steps(batches.element_spec)
        loop.train(batches, validation, training.epochs, training.callbacks)


def _by_name(data: tf.data.Dataset, names: Sequence[str]) -> tf.data.Dataset:
    """The same batches with targets, and weights of examples, in dictionaries."""

    def named(x: Any, *rest: Sequence[tf.Tensor]) -> tuple[Any, ...]:
        return x, *(dict(zip(names, values, strict=True)) for values in rest)

    return data.map(named)

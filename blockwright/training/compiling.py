"""The network of a run, made by its seed, with its optimizer, losses and metrics."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from blockwright.schema.design import Design
from blockwright.schema.training import Settings
from blockwright.tasks.base import Objective
from blockwright.training.metrics import log_name

if TYPE_CHECKING:
    import keras

    from blockwright.network import DesignedModel


def make_model(design: Design, seed: int) -> "DesignedModel":
    """The network of a design that `describe` found no error in; the same seed gives the same weights.

    From here on everything random in this process follows from the seed. Describing comes before, not after: it draws
    random numbers for what it has not seen yet.
    """
    import keras

    from blockwright.network import DesignedModel

    keras.utils.set_random_seed(seed)
    model = DesignedModel(design)
    model.build()
    return model


def compile_model(model: "keras.Model", settings: Settings, objectives: Sequence[Objective]) -> None:
    """Compile for `fit`, so that the training step is traced once.

    Metrics as objects and an optimizer built beforehand make all variables before the first step: TensorFlow traces
    a function twice when its first run makes any, which for a deep network takes seconds.
    """
    if len(objectives) > 1:
        # Keras names the losses of several outputs by this attribute of the model.
        model.output_names = [log_name(index) for index in range(len(objectives))]
    losses = [one.task.keras_loss(one) for one in objectives]
    weights = [one.weight for one in objectives]
    metrics = [[one.task.keras_metric(one)] for one in objectives]
    model.compile(
        optimizer=make_optimizer(settings),
        loss=losses,
        loss_weights=None if weights == [1.0] else weights,
        metrics=metrics,
        jit_compile=False,
    )
    model.optimizer.build(model.trainable_variables)


def make_optimizer(settings: Settings) -> "keras.optimizers.Optimizer":
    """The optimizer that the settings name."""
    import keras

    rate = settings.learning_rate
    match settings.optimizer:
        case "adam":
            return keras.optimizers.Adam(rate)
        case "adamw":
            return keras.optimizers.AdamW(rate, weight_decay=settings.weight_decay)
        case "sgd":
            return keras.optimizers.SGD(rate, momentum=settings.momentum)
        case _:
            return keras.optimizers.RMSprop(rate)

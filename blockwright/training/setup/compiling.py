"""The network of a run, made with its seed, and its optimizer, losses and metrics."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from blockwright.recipe.loops import Loop
from blockwright.recipe.settings import Settings
from blockwright.schema.design import Design
from blockwright.tasks.base import Objective
from blockwright.training.setup.chosen_metrics import keras_metrics
from blockwright.training.setup.metrics import OUTPUT_LOSS, log_name

if TYPE_CHECKING:
    import keras

    from blockwright.network import DesignedModel


def make_model(design: Design, seed: int, loop: Loop = "fit") -> "DesignedModel":
    """The network of a design without errors, for a training loop; the same seed gives the same weights.

    It seeds everything random in this process. Describe the design before, not after: that draws random numbers for
    layers that are not cached yet.
    """
    import keras

    from blockwright.training.loops.registry import LOOPS

    keras.utils.set_random_seed(seed)
    model = LOOPS[loop].model_class()(design)
    model.build()
    return model


def compile_model(
    model: "keras.Model", settings: Settings, objectives: Sequence[Objective], steps_per_epoch: int
) -> None:
    """Compile for training, so that the training step is traced once.

    Metrics as objects and an optimizer built beforehand make all variables before the first step: TensorFlow traces
    a function twice when its first run makes any, which for a deep network takes seconds.
    """
    if len(objectives) > 1:
        # Keras names the losses of several outputs by this attribute of the model.
        model.output_names = [log_name(index) for index in range(len(objectives))]
    losses = [objective.task.keras_loss(objective) for objective in objectives]
    weights = [objective.weight for objective in objectives]
    metrics = [keras_metrics(objective) for objective in objectives]
    mean_losses = None
    if len(objectives) > 1:
        from blockwright.runtime.output_loss import OutputLoss

        # As weighted metrics they take the weights of the examples, where there are any.
        mean_losses = [[OutputLoss(loss, name=OUTPUT_LOSS)] for loss in losses]
    model.compile(
        optimizer=make_optimizer(settings, steps_per_epoch),
        loss=losses,
        loss_weights=None if weights == [1.0] else weights,
        metrics=metrics,
        weighted_metrics=mean_losses,
        run_eagerly=not settings.compiled,
        jit_compile=False,
    )
    model.optimizer.build(model.trainable_variables)


def make_optimizer(settings: Settings, steps_per_epoch: int) -> "keras.optimizers.Optimizer":
    """The optimizer of the settings, whose learning rate follows their schedule."""
    rate = settings.schedule.learning_rate(
        settings.learning_rate, settings.updates(steps_per_epoch), settings.epochs
    )
    optimizer: keras.optimizers.Optimizer = settings.optimizer.keras_object(learning_rate=rate)
    return optimizer

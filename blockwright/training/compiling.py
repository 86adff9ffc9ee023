"""The network of a run, made by its seed, with its optimizer, losses and measures."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from blockwright.schema.design import Design
from blockwright.schema.training import Settings
from blockwright.tasks.classification_output import Head
from blockwright.tasks.objectives import Goal
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


def compile_model(model: "keras.Model", settings: Settings, goals: Sequence[Goal]) -> None:
    """Compile for `fit`, so that the training step is traced once.

    Metrics as objects and an optimizer built beforehand make all variables before the first step: TensorFlow traces
    a function twice when its first run makes any, which for a deep network takes seconds.
    """
    losses = [goal_loss(goal) for goal in goals]
    if len(goals) == 1:
        weight = goals[0].weight
        wanted = {"loss": losses[0], "metrics": [goal_metric(goals[0])]}
        wanted |= {} if weight == 1.0 else {"loss_weights": weight}
    else:
        # Keras names the losses of several outputs by this attribute of the model.
        model.output_names = [log_name(place) for place in range(len(goals))]
        wanted = {
            "loss": losses,
            "loss_weights": [goal.weight for goal in goals],
            "metrics": [[goal_metric(goal)] for goal in goals],
        }
    model.compile(optimizer=make_optimizer(settings), jit_compile=False, **wanted)
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


def goal_loss(goal: Goal) -> "Callable[..., keras.KerasTensor]":
    """The loss of an output."""
    import keras

    if goal.head is not None:
        return make_loss(goal.head, goal.loss)
    match goal.loss:
        case "binary_crossentropy":
            return keras.losses.BinaryCrossentropy(from_logits=goal.kind == "tags" and goal.scores)
        case "mean_absolute_error":
            return keras.losses.MeanAbsoluteError()
        case "huber":
            return keras.losses.Huber()
        case "mean_squared_logarithmic_error":
            return keras.losses.MeanSquaredLogarithmicError()
        case _:
            return keras.losses.MeanSquaredError()


def goal_metric(goal: Goal) -> "keras.metrics.Metric":
    """What is told of an output beside its loss, named `accuracy` or `mae`. Of tags it is the share of right ones."""
    import keras

    if goal.head is not None:
        return make_accuracy(goal.head)
    if goal.kind == "tags":
        return keras.metrics.BinaryAccuracy(name="accuracy", threshold=0.0 if goal.scores else 0.5)
    return keras.metrics.MeanAbsoluteError(name="mae")


def make_loss(head: Head, name: str) -> "Callable[..., keras.KerasTensor]":
    """The loss for class numbers as labels, whatever form the Keras loss itself wants them in."""
    import keras

    scores = head.values == "scores"
    match name:
        case "sparse_categorical_crossentropy":
            return keras.losses.SparseCategoricalCrossentropy(from_logits=scores)
        case "categorical_crossentropy":
            plain = keras.losses.CategoricalCrossentropy(from_logits=scores, reduction=None)
        case "binary_crossentropy":
            plain = keras.losses.BinaryCrossentropy(from_logits=scores, reduction=None)
        case _:
            plain = keras.losses.MeanSquaredError(reduction=None)

    def from_class_numbers(labels: "keras.KerasTensor", outputs: "keras.KerasTensor") -> "keras.KerasTensor":
        # Keras may have squeezed one-unit outputs to rank 1 by now, hence the reshapes.
        outputs = keras.ops.reshape(outputs, (-1, head.units))
        if head.binary:
            wanted = keras.ops.reshape(keras.ops.cast(labels, "float32"), (-1, 1))
        else:
            numbers = keras.ops.reshape(keras.ops.cast(labels, "int32"), (-1,))
            wanted = keras.ops.one_hot(numbers, head.units, dtype="float32")
        return plain(wanted, outputs)

    return from_class_numbers


def make_accuracy(head: Head) -> "keras.metrics.Metric":
    """The share of right answers, named `accuracy`."""
    import keras

    if head.binary:
        return keras.metrics.BinaryAccuracy(
            name="accuracy", threshold=0.0 if head.values == "scores" else 0.5
        )
    return keras.metrics.SparseCategoricalAccuracy(name="accuracy")

"""Classification: one class out of several for each example."""

from typing import TYPE_CHECKING

from blockwright.recipe.losses import LOSSES
from blockwright.schema.data.features import Target
from blockwright.tasks.base import METRICS, Objective, Task, keras_loss, sigmoid
from blockwright.tasks.output_rules import (
    ActivationLast,
    DropoutLast,
    HeadUnits,
    NoActivation,
    OutputLoss,
    SigmoidLast,
    SoftmaxOfOne,
)
from blockwright.tasks.output_spec import OutputSpec

if TYPE_CHECKING:
    import keras
    import numpy as np


class Classification(Task):
    """The output has a value for each class, or one value that decides between two.

    Softmax and sigmoid give probabilities; any other last activation gives logits. An output of more values than there
    are classes is trained as if there were further classes that no example has.
    """

    kind = "classes"
    title = "Classification"
    output_title = "classes"
    choice_title = "one of several classes"
    losses = (
        "sparse_categorical_crossentropy",
        "categorical_crossentropy",
        "binary_crossentropy",
        "mean_squared_error",
        "categorical_focal_crossentropy",
        "binary_focal_crossentropy",
        "categorical_generalized_cross_entropy",
        "kl_divergence",
        "mean_absolute_error",
        "cosine_similarity",
        "categorical_hinge",
        "hinge",
        "squared_hinge",
    )
    loss_reason = (
        "Cross-entropy: it grows without limit for a sure mistake, so that the network learns probabilities. One unit "
        "that decides between two classes has the binary one."
    )
    metric = METRICS["accuracy"]
    activation = "softmax"
    stratifies = True
    takes_more_units = True
    value_rules = (
        HeadUnits(),
        DropoutLast(),
        SoftmaxOfOne(),
        SigmoidLast(),
        ActivationLast(),
        NoActivation(),
        OutputLoss(),
    )

    def needs(self, target: Target) -> str:
        return f'the target "{target.name}" has {len(target.class_names):,} classes'

    def describe(self, target: Target) -> str:
        return f"one of {len(target.class_names):,} classes"

    def values_text(self, target: str) -> str:
        return f"a value for each class of {target}"

    def fits_units(self, target: Target, units: int) -> bool:
        return units == self.units(target) or (units == 1 and self.units(target) == 2)

    def activation_of(self, units: int) -> str:
        return "sigmoid" if units == 1 else "softmax"

    def instead_of_softmax(self, target: Target) -> str:
        return "Use units=2 with softmax, or sigmoid on one unit."

    def loss_problem(self, spec: OutputSpec) -> str | None:
        if spec.units == 1 and spec.loss_name.endswith("categorical_crossentropy"):
            return (
                f"The loss {spec.loss_name} needs one unit for each class, but {spec.name} has a single unit. Choose "
                "binary_crossentropy, or give it two units."
            )
        return super().loss_problem(spec)

    def trained_target(self, spec: OutputSpec) -> Target:
        """The classes, and one for each unit that is left over."""
        names = spec.target.class_names
        unused = tuple(f"(unused {number})" for number in range(len(names), spec.units))
        return (
            spec.target.model_copy(update={"class_names": (*names, *unused)})
            if spec.units > 1
            else spec.target
        )

    def default_loss(self, spec: OutputSpec) -> str:
        single = spec.units == 1 or spec.activation == "sigmoid"
        if single:
            return "binary_crossentropy"
        # Keras smooths one-hot labels only.
        return "categorical_crossentropy" if spec.label_smoothing else "sparse_categorical_crossentropy"

    def from_logits(self, activation: str) -> bool:
        return activation not in ("softmax", "sigmoid")

    def keras_loss(self, objective: Objective) -> "keras.losses.Loss":
        """The loss for class numbers `(examples,)`, whatever form the Keras loss itself takes them in."""
        import keras

        if LOSSES[objective.loss].takes_class_numbers:
            return keras_loss(objective)
        loss = keras_loss(objective, reduction=None)

        class FromClassNumbers(keras.losses.Loss):
            """The loss for class numbers."""

            def call(self, y_true: "keras.KerasTensor", y_pred: "keras.KerasTensor") -> "keras.KerasTensor":
                if objective.units == 1:
                    expected = keras.ops.reshape(keras.ops.cast(y_true, "float32"), (-1, 1))
                else:
                    numbers = keras.ops.reshape(keras.ops.cast(y_true, "int32"), (-1,))
                    expected = keras.ops.one_hot(numbers, objective.units, dtype="float32")
                return loss(expected, keras.ops.reshape(y_pred, (-1, objective.units)))

        return FromClassNumbers(dtype="float32")

    def keras_metric(self, objective: Objective) -> "keras.metrics.Metric":
        import keras

        if objective.units == 1:
            return keras.metrics.BinaryAccuracy(
                name="accuracy", threshold=0.0 if objective.from_logits else 0.5
            )
        return keras.metrics.SparseCategoricalAccuracy(name="accuracy")

    def shaped(self, objective: Objective, targets: "np.ndarray") -> "np.ndarray":
        """Class numbers `(examples,)`, as they are."""
        return targets

    def true_values(self, objective: Objective, targets: "np.ndarray", scale: float) -> "np.ndarray":
        """Class numbers `(examples,)`, as they are."""
        return targets

    def predictions(self, objective: Objective, outputs: "np.ndarray") -> "np.ndarray":
        """The probability of each class, float32 `(examples, classes)`."""
        return class_probabilities(outputs, objective.from_logits)

    def baseline(self, objective: Objective, targets: "np.ndarray") -> "np.ndarray":
        """The number of the most frequent class, int64 `()`."""
        import numpy as np

        return np.asarray(np.bincount(targets.astype(np.int64)).argmax())


def class_probabilities(outputs: "np.ndarray", from_logits: bool) -> "np.ndarray":
    """Class probabilities from raw outputs, float32 `(examples, classes)`.

    Args:
        outputs: `(examples, units)`; a single unit stands for the second of two classes.
        from_logits: whether they still go through softmax (a single unit through sigmoid).
    """
    import numpy as np

    outputs = outputs.astype(np.float32)
    if outputs.shape[1] == 1:
        second = sigmoid(outputs) if from_logits else outputs
        return np.concatenate([1 - second, second], axis=1)
    if not from_logits:
        return outputs
    raised = np.exp(outputs - outputs.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)

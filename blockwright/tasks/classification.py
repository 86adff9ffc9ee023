"""Classification: one class out of several for each example."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from blockwright.schema.features import Target
from blockwright.schema.findings import Finding
from blockwright.schema.training import Settings
from blockwright.tasks.base import METRICS, Objective, OutputSpec, Task, keras_loss, sigmoid

if TYPE_CHECKING:
    import keras
    import numpy as np


class Classification(Task):
    """The output gives a value for each class, or one value that decides between two.

    Softmax and sigmoid give probabilities; any other last activation gives logits.
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
    )
    metric = METRICS["accuracy"]
    activation = "softmax"
    stratifies = True

    def needs(self, target: Target) -> str:
        return f'the target "{target.name}" has {len(target.class_names):,} classes'

    def describe(self, target: Target) -> str:
        return f"one of {len(target.class_names):,} classes"

    def values_text(self, target: str) -> str:
        return f"a value for each class of {target}"

    def fits_units(self, target: Target, units: int) -> bool:
        return units == self.units(target) or (units == 1 and self.units(target) == 2)

    def check_activation(self, spec: OutputSpec) -> Finding | None:
        if spec.units > 1 or spec.activation != "softmax":
            return None
        return spec.error(
            "softmax-of-one",
            f"{spec.name} has one unit with softmax, which always gives 1. Use units=2 with softmax, or sigmoid on "
            "one unit.",
        )

    def check_loss(self, spec: OutputSpec) -> Finding | None:
        if spec.units == 1 and spec.loss.endswith("categorical_crossentropy"):
            return spec.error(
                "output-loss",
                f"The loss {spec.loss} needs one unit for each class, but {spec.name} has a single unit. Choose "
                "binary_crossentropy, or give it two units.",
            )
        return super().check_loss(spec)

    def default_loss(self, spec: OutputSpec) -> str:
        single = spec.units == 1 or spec.activation == "sigmoid"
        return "binary_crossentropy" if single else "sparse_categorical_crossentropy"

    def from_logits(self, activation: str) -> bool:
        return activation not in ("softmax", "sigmoid")

    def hints(self, objective: Objective, settings: Settings) -> Iterator[str]:
        if objective.activation not in ("softmax", "sigmoid", "linear"):
            yield (
                f'The last activation of "{objective.output}" is {objective.activation}; its values are treated as '
                "logits. Softmax, or no activation, is usual for classes."
            )

    def keras_loss(self, objective: Objective) -> "Callable[..., keras.KerasTensor]":
        """The loss for class numbers `(examples,)`, whatever form the Keras loss itself takes them in."""
        import keras

        if objective.loss == "sparse_categorical_crossentropy":
            return keras_loss(objective)
        loss = keras_loss(objective, reduction=None)

        def from_class_numbers(
            labels: "keras.KerasTensor", outputs: "keras.KerasTensor"
        ) -> "keras.KerasTensor":
            # Keras may have squeezed one-unit outputs to rank 1 by now, hence the reshapes.
            outputs = keras.ops.reshape(outputs, (-1, objective.units))
            if objective.units == 1:
                expected = keras.ops.reshape(keras.ops.cast(labels, "float32"), (-1, 1))
            else:
                numbers = keras.ops.reshape(keras.ops.cast(labels, "int32"), (-1,))
                expected = keras.ops.one_hot(numbers, objective.units, dtype="float32")
            return loss(expected, outputs)

        return from_class_numbers

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

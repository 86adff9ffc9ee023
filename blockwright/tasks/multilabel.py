"""Multi-label classification: any number of tags for each example."""

from typing import TYPE_CHECKING

from blockwright.schema.data.features import Target
from blockwright.tasks.base import METRICS, Objective, Task, sigmoid
from blockwright.tasks.output_rules import ActivationLast, DropoutLast, HeadUnits, OutputLoss, SoftmaxLast
from blockwright.tasks.output_spec import OutputSpec

if TYPE_CHECKING:
    import keras
    import numpy as np


_OF_PROBABILITIES = ("mean_squared_error", "mean_absolute_error", "huber", "dice", "tversky")


class MultiLabel(Task):
    """The output has a value for each tag: a probability after sigmoid or softmax, else a logit.

    The accuracy is the share of tags that are right, over all examples and tags.
    """

    kind = "tags"
    title = "Multi-label classification"
    output_title = "tags"
    choice_title = "any of several tags"
    losses = (
        "binary_crossentropy",
        "mean_squared_error",
        "mean_absolute_error",
        "huber",
        "binary_focal_crossentropy",
        "dice",
        "tversky",
        "hinge",
        "squared_hinge",
    )
    loss_reason = "Binary cross-entropy: each tag is a question of its own, answered by a probability."
    metric = METRICS["accuracy"]
    activation = "sigmoid"
    value_rules = (HeadUnits(), DropoutLast(), SoftmaxLast(), ActivationLast(), OutputLoss())

    def needs(self, target: Target) -> str:
        return f'the target "{target.name}" has {self.units(target):,} tags'

    def describe(self, target: Target) -> str:
        return f"any of {len(target.class_names):,} tags"

    def values_text(self, target: str) -> str:
        return f"a value for each tag of {target}"

    def loss_problem(self, spec: OutputSpec) -> str | None:
        if self.from_logits(spec.activation) and spec.loss_name in _OF_PROBABILITIES:
            return (
                f"The loss {spec.loss_name} needs probabilities, but {spec.name} outputs logits. Set its activation to "
                "sigmoid, or choose binary_crossentropy."
            )
        return super().loss_problem(spec)

    def default_loss(self, spec: OutputSpec) -> str:
        return "binary_crossentropy"

    def from_logits(self, activation: str) -> bool:
        return activation not in ("sigmoid", "softmax")

    def keras_metric(self, objective: Objective) -> "keras.metrics.Metric":
        import keras

        return keras.metrics.BinaryAccuracy(name="accuracy", threshold=0.0 if objective.from_logits else 0.5)

    def predictions(self, objective: Objective, outputs: "np.ndarray") -> "np.ndarray":
        """The probability of each tag, float32 `(examples, tags)`."""
        import numpy as np

        outputs = outputs.astype(np.float32)
        return sigmoid(outputs) if objective.from_logits else outputs

    def baseline(self, objective: Objective, targets: "np.ndarray") -> "np.ndarray":
        """For each tag 1 if more than half of the examples have it, else 0: float32 `shape`."""
        import numpy as np

        return (self.shaped(objective, targets).mean(axis=0) > 0.5).astype(np.float32)

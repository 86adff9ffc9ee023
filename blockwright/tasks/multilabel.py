"""Multi-label classification: any number of tags for each example."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blockwright.schema.features import Target
from blockwright.schema.findings import Finding
from blockwright.schema.training import Settings
from blockwright.tasks.base import METRICS, Objective, OutputSpec, Task, sigmoid

if TYPE_CHECKING:
    import keras
    import numpy as np


class MultiLabel(Task):
    """The output gives a value for each tag: a probability after sigmoid, else a logit.

    The accuracy is the share of tags that are right, over all examples and tags.
    """

    kind = "tags"
    title = "Multi-label classification"
    output_title = "tags"
    choice_title = "any of several tags"
    losses = ("binary_crossentropy", "mean_squared_error", "mean_absolute_error", "huber")
    metric = METRICS["accuracy"]
    activation = "sigmoid"

    def needs(self, target: Target) -> str:
        return f'the target "{target.name}" has {self.units(target):,} tags'

    def describe(self, target: Target) -> str:
        return f"any of {len(target.class_names):,} tags"

    def values_text(self, target: str) -> str:
        return f"a value for each tag of {target}"

    def check_activation(self, spec: OutputSpec) -> Finding | None:
        if spec.activation != "softmax":
            return None
        return spec.error(
            "softmax-last",
            f"{spec.name} ends in softmax, where the probabilities of all tags add up to 1, but an example of "
            f'"{spec.target.name}" may have several tags. Use sigmoid.',
        )

    def check_loss(self, spec: OutputSpec) -> Finding | None:
        problem = super().check_loss(spec)
        if (
            problem is None
            and self.from_logits(spec.activation)
            and spec.loss not in ("auto", self.losses[0])
        ):
            problem = spec.error(
                "output-loss",
                f"The loss {spec.loss} needs probabilities, but {spec.name} outputs logits. Set its activation to "
                "sigmoid, or choose binary_crossentropy.",
            )
        return problem

    def default_loss(self, spec: OutputSpec) -> str:
        return "binary_crossentropy"

    def from_logits(self, activation: str) -> bool:
        return activation != "sigmoid"

    def hints(self, objective: Objective, settings: Settings) -> Iterator[str]:
        if objective.activation not in ("sigmoid", "linear"):
            yield (
                f'The last activation of "{objective.output}" is {objective.activation}; its values are treated as '
                "logits. Sigmoid is usual for tags."
            )

    def keras_metric(self, objective: Objective) -> "keras.metrics.Metric":
        import keras

        return keras.metrics.BinaryAccuracy(name="accuracy", threshold=0.0 if objective.from_logits else 0.5)

    def predictions(self, objective: Objective, outputs: "np.ndarray") -> "np.ndarray":
        """The probability of each tag, float32 `(examples, tags)`."""
        import numpy as np

        outputs = outputs.astype(np.float32)
        return sigmoid(outputs) if objective.from_logits else outputs

"""The losses that a network can be trained with: the only list of them. Its task knows which fit an output."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Loss:
    """One loss.

    Attributes:
        name: its name in Keras, in settings, links and run folders.
        keras_class: its class in `keras.losses`.
        title: how the page calls it.
        axis_title: how the vertical axis of a learning curve calls it.
    """

    name: str
    keras_class: str
    title: str
    axis_title: str

    @property
    def takes_logits(self) -> bool:
        """Whether its Keras class has the argument `from_logits`."""
        return self.keras_class.endswith("Crossentropy")

    @property
    def smooths_labels(self) -> bool:
        """Whether its Keras class has the argument `label_smoothing`."""
        return self.keras_class in ("CategoricalCrossentropy", "BinaryCrossentropy")


LOSSES: dict[str, Loss] = {
    loss.name: loss
    for loss in (
        Loss(
            "sparse_categorical_crossentropy",
            "SparseCategoricalCrossentropy",
            "Cross-entropy of classes",
            "Loss (cross-entropy, nats)",
        ),
        Loss(
            "categorical_crossentropy",
            "CategoricalCrossentropy",
            "Cross-entropy of one-hot classes",
            "Loss (cross-entropy, nats)",
        ),
        Loss(
            "binary_crossentropy",
            "BinaryCrossentropy",
            "Binary cross-entropy",
            "Loss (binary cross-entropy, nats)",
        ),
        Loss("mean_squared_error", "MeanSquaredError", "Mean squared error", "Loss (mean squared error)"),
        Loss("mean_absolute_error", "MeanAbsoluteError", "Mean absolute error", "Loss (mean absolute error)"),
        Loss("huber", "Huber", "Huber loss", "Loss (Huber)"),
        Loss(
            "mean_squared_logarithmic_error",
            "MeanSquaredLogarithmicError",
            "Mean squared logarithmic error",
            "Loss (mean squared logarithmic error)",
        ),
    )
}

AUTO = "auto"
"""The setting that leaves the choice of the loss to the task of the output."""

LOSS_SETTINGS = (AUTO, *LOSSES)
"""What a setting may say of a loss."""

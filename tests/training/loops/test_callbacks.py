"""What is sent between batches and after epochs."""

from types import SimpleNamespace

import keras
import pytest

from blockwright.runs.events import VALIDATION_LAGS
from blockwright.training.loops.callbacks import RunCallback


class Messages:
    """A reporter that keeps the log."""

    def __init__(self) -> None:
        self.logs: list[str] = []

    def emit(self, kind, data, now=False) -> None:
        """Not needed."""

    def log(self, message: str) -> None:
        """Keep the message."""
        self.logs.append(message)


def logged(layers: list[keras.Layer], accuracies: list[tuple[float, float]]) -> list[str]:
    """What a run logs whose epochs have these accuracies in training and validation."""
    reporter = Messages()
    values = SimpleNamespace(
        of=lambda row, _: {"head": {"accuracy": row["accuracy"], "val_accuracy": row["val_accuracy"]}}
    )
    callback = RunCallback(reporter, 8, 4, True, lambda epoch: None, values)
    callback.set_model(keras.Sequential([keras.Input((2,)), *layers]))
    for epoch, (training, validation) in enumerate(accuracies):
        callback.on_epoch_begin(epoch)
        callback.on_epoch_end(
            epoch, {"loss": 1.0, "val_loss": 1.0, "accuracy": training, "val_accuracy": validation}
        )
    return reporter.logs


NORMALIZED = [keras.layers.Dense(2), keras.layers.BatchNormalization()]


@pytest.mark.parametrize(
    ("layers", "accuracies", "expected"),
    [
        (NORMALIZED, [(0.82, 0.17), (0.9, 0.3), (0.95, 0.94)], [VALIDATION_LAGS]),
        (NORMALIZED, [(0.82, 0.8)], []),
        (NORMALIZED, [(0.5, 0.5)] * 3 + [(0.99, 0.5)], []),
        ([keras.layers.Dense(2)], [(0.82, 0.17)], []),
    ],
)
def test_a_validation_that_lags_behind_is_explained_once_where_batches_are_normalized(
    layers, accuracies, expected
):
    assert logged(layers, accuracies) == expected

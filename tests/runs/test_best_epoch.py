import pytest

from blockwright.runs.best_epoch import BestEpoch, best_epoch
from blockwright.runs.events import EvaluatedWeights
from blockwright.runs.history import History

OUTPUT = {"output": "head", "metric": "accuracy"}
VALUES = [(0.9, 0.5), (0.4, 0.7), (0.4, 0.8), (None, None)]


def history(values=VALUES, weights: EvaluatedWeights | None = None) -> History:
    """A run whose epochs have these validation losses and accuracies."""
    epochs = [
        {
            "epoch": number,
            "loss": 1.0,
            "val_loss": loss,
            "outputs": {"head": {"accuracy": 0.5, "val_accuracy": accuracy}},
            "seconds": 1.0,
            "examples_per_second": 1.0,
        }
        for number, (loss, accuracy) in enumerate(values, 1)
    ]
    evaluated = {"weights": weights} if weights else {}
    return History(started={"outputs": [OUTPUT]}, epochs=epochs, evaluated=evaluated)


@pytest.mark.parametrize(
    ("callbacks", "expected"),
    [
        ([], BestEpoch(2, "val_loss", 0.4)),
        (["csv_logger"], BestEpoch(2, "val_loss", 0.4)),
        (["early_stopping:monitor=val_accuracy"], BestEpoch(3, "val_accuracy", 0.8)),
        (["early_stopping:mode=max"], BestEpoch(1, "val_loss", 0.9)),
        (["early_stopping:monitor=val_mae"], BestEpoch(2, "val_loss", 0.4)),
        ([{"name": "of_a_newer_version"}], BestEpoch(2, "val_loss", 0.4)),
    ],
)
def test_the_first_of_the_best_epochs_by_what_is_monitored(callbacks, expected):
    assert best_epoch(history(), {"callbacks": callbacks}) == expected


def test_the_epoch_whose_weights_were_tested_is_the_best():
    weights = EvaluatedWeights(which="best", epoch=1, monitor="val_loss")
    assert best_epoch(history(weights=weights), {}) == BestEpoch(1, "val_loss", 0.9)
    last = EvaluatedWeights(which="last", epoch=4, monitor=None)
    assert best_epoch(history(weights=last), {}) == BestEpoch(2, "val_loss", 0.4)


@pytest.mark.parametrize("values", [[], [(0.9, 0.5)], [(None, None), (None, None)]])
def test_nothing_is_best_where_there_is_no_choice(values):
    assert best_epoch(history(values), {}) is None


def test_of_several_outputs_the_curves_carry_their_ids():
    run = history([(0.9, 0.5), (0.4, 0.7)])
    run.started["outputs"].append({"output": "price", "metric": "mae"})
    for epoch, error in zip(run.epochs, (2.0, 3.0), strict=True):
        epoch["outputs"]["price"] = {"mae": error, "val_mae": error}
    settings = {"callbacks": ["early_stopping:monitor=val_price_mae"]}
    assert best_epoch(run, settings) == BestEpoch(1, "val_price_mae", 2.0)

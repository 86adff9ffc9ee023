"""The training loops compute the same numbers, and stop, pause and diverge alike."""

import numpy as np
import pytest

from blockwright import train
from blockwright.design.parse import read_design
from blockwright.runs.files.home import run_folder
from blockwright.runs.history import fold
from blockwright.training import artifacts
from blockwright.training.loops.registry import LOOPS
from blockwright.training.setup.compiling import make_model
from tests.training.designs import dense, design
from tests.training.graphs import tickets

OWN_LOOPS = [name for name in LOOPS if name != "fit"]
TICKETS = {"name": "tickets", "examples": 300}


def mixed():
    """Dropout, batch normalization, a weight penalty and an adapted layer."""
    return design(
        {"block": "Normalization"},
        {"block": "ConvBlock", "params": {"filters": 4}},
        {"block": "Dropout", "params": {"rate": 0.3}},
        {"block": "ActivityRegularization", "params": {"l2": 0.01}},
        {"block": "GlobalAveragePooling2D"},
        {"block": "Dense", "params": {"units": 10, "activation": "softmax"}},
    )


def trained(store, network, loop, **settings):
    """The values of all epochs and the last weights of a run."""
    result = train(network, loop=loop, precision="float32", seed=3, learning_rate=0.01, **settings)
    assert result["status"] == "finished", result["message"]
    epochs = fold(store.events(result["run"])).epochs
    values = [
        [
            epoch["loss"],
            epoch["val_loss"],
            *(value for output in epoch["outputs"].values() for value in output.values()),
        ]
        for epoch in epochs
    ]
    model = make_model(read_design(network), 0)
    artifacts.load_weights(model, run_folder(result["run"]))
    return values, [np.asarray(weight) for weight in model.trainable_variables], result["metrics"]


@pytest.fixture(scope="module")
def references():
    """What `fit` computed, by a key."""
    return {}


@pytest.mark.parametrize("loop", OWN_LOOPS)
@pytest.mark.parametrize(
    ("network", "settings"),
    [
        (mixed, {"dataset": "digits", "epochs": 2, "batch_size": 100}),
        (
            tickets,
            {
                "dataset": TICKETS,
                "epochs": 2,
                "batch_size": 64,
                "optimizer": "sgd",
                "outputs": {"priority": {"loss": "mean_squared_error", "weight": 3.0}},
            },
        ),
        (
            lambda: dense(),
            {"dataset": "digits", "epochs": 1, "outputs": {"n2": {"class_weight": {"3": 5.0, "8": 0.0}}}},
        ),
        (
            lambda: tickets(),
            {
                "dataset": TICKETS,
                "epochs": 1,
                "optimizer": "sgd",
                "outputs": {"department": {"class_weight": "balanced", "weight": 2.0}},
            },
        ),
    ],
    ids=["one output", "several outputs", "weighted classes", "weighted classes of several outputs"],
)
def test_a_loop_computes_the_numbers_of_fit(store, references, network, settings, loop):
    if network not in references:
        references[network] = trained(store, network(), "fit", **settings)
    expected, expected_weights, expected_metrics = references[network]
    values, weights, metrics = trained(store, network(), loop, **settings)
    np.testing.assert_allclose(values, expected, atol=1e-5)
    for weight, expected_weight in zip(weights, expected_weights, strict=True):
        np.testing.assert_allclose(weight, expected_weight, atol=1e-4)
    assert metrics == pytest.approx(expected_metrics, abs=1e-4)


@pytest.mark.parametrize("loop", LOOPS)
def test_every_few_batches_are_logged_by_the_names_of_the_outputs(store, loop):
    lines = []
    train(tickets(), dataset=TICKETS, epochs=2, batch_size=64, loop=loop, log_every=3, progress=lines.append)
    logged = [line for line in lines if ", batch " in line]
    assert [line[:17] for line in logged] == ["Epoch 1, batch 3:", "Epoch 2, batch 3:"]
    assert all(name in logged[0] for name in ("loss ", "priority_loss ", "department_accuracy "))


@pytest.mark.parametrize("loop", OWN_LOOPS)
def test_a_loop_without_graphs_computes_the_same(store, references, loop):
    # SGD: Adam would magnify the rounding of gradients that are 0 but for it, as of a bias before batch normalization.
    settings = {"dataset": {"name": "shapes", "size": 8, "examples": 120}, "epochs": 1, "optimizer": "sgd"}
    if "eager" not in references:
        references["eager"] = trained(store, mixed(), "fit", **settings)
    values, _, _ = trained(store, mixed(), loop, compiled=False, **settings)
    np.testing.assert_allclose(values, references["eager"][0], atol=1e-5)

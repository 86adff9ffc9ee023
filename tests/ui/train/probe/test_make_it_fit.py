"""What the page Train offers where a run does not fit or takes long."""

import pytest

from blockwright.design.parse import read_design
from blockwright.recipe.settings import Settings
from blockwright.schema.data.dataset_cards import card_of
from blockwright.ui.train.probe.make_it_fit import Smaller, effect, smaller_trainings
from tests.ui.train.probe.test_estimate_view import MEASURED

CONVOLUTIONS = {
    "format": 1,
    "inputs": [{"id": "image", "shape": [32, 32, 3]}],
    "nodes": [
        {"id": "stem", "block": "Conv2D", "params": {"filters": 16, "kernel_size": 3}},
        {"id": "pool", "block": "GlobalAveragePooling2D"},
        {"id": "head", "block": "Dense", "params": {"units": 10, "activation": "softmax"}},
    ],
}
DESCRIBED = {"macs": 1000, "activation_bytes": 1_000_000, "findings": []}


@pytest.fixture
def _described(monkeypatch: pytest.MonkeyPatch):
    from blockwright.ui.train.probe import make_it_fit

    smaller = {"macs": 250, "activation_bytes": 400_000, "findings": []}
    monkeypatch.setattr(make_it_fit, "request", lambda *_, **__: smaller)


@pytest.mark.usefixtures("_described")
def test_batch_input_and_width_are_halved_but_not_the_output():
    design = read_design(CONVOLUTIONS)
    batch, image, width = smaller_trainings(design, DESCRIBED, card_of("digits"), Settings())
    assert batch.settings == {"batch_size": 16}
    assert (batch.work, batch.activations, batch.steps) == (1.0, 0.5, 2.0)
    assert image.edits == [{"op": "set_input", "input": "image", "shape": [16, 16, 3]}]
    assert width.edits == [{"op": "set", "node": "stem", "params": {"filters": 8}}]
    assert (width.work, width.activations) == (0.25, 0.4)


def test_the_effect_follows_from_the_measurement():
    offer = Smaller("width", "Half", work=0.5, activations=0.5)
    estimate = {**MEASURED, "epoch_seconds": 100.0 + 43 * 0.003, "memory_bytes": 150_000_000}
    assert effect(offer, DESCRIBED, Settings(batch_size=32, epochs=2), estimate) == (
        "About 50 seconds per epoch instead of 2 minutes, 2 minutes in all, and 118 MB of memory instead of 150 MB."
    )


def test_without_a_measurement_the_effect_is_relative():
    offer = Smaller("width", "Half", work=0.25, activations=0.5)
    assert effect(offer, DESCRIBED, Settings(), None) == (
        "About 25% of the work of an epoch and 50% of the memory for a batch."
    )

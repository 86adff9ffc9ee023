"""What is measured in real networks between two epochs."""

import keras
import numpy as np
import pytest

from blockwright.data.loading import load
from blockwright.network import build
from blockwright.recipe.settings import Settings
from blockwright.training.diagnoses.diagnosis import Evidence
from blockwright.training.diagnoses.vanishing_gradients import VanishingGradients
from blockwright.training.network_measures import Constant, measure
from blockwright.training.setup.prepare_run import output_shapes, prepare_run
from tests.training.designs import dense, design


def measured(network, change=lambda model: None):
    settings = Settings.read({"data": {"name": "digits"}})
    prepared, objectives = prepare_run(network, output_shapes(network), settings, load(settings.data))
    keras.utils.set_random_seed(0)
    model = build(network)
    change(model)
    rows = prepared.train[:32]
    examples = prepared.inputs["image"][rows].astype(np.float32) * prepared.scales["image"]
    state = [np.asarray(variable) for variable in model.variables]
    measures = measure(model, objectives, examples, prepared.targets[objectives[0].output][rows])
    for before, variable in zip(state, model.variables, strict=True):
        np.testing.assert_array_equal(before, np.asarray(variable))
    return measures, Evidence(prepared, objectives, network=measures)


def layers(*nodes):
    head = {"block": "Dense", "params": {"units": 10, "activation": "softmax"}}
    return design({"block": "Flatten"}, *nodes, head)


def test_units_that_are_0_for_every_example_are_counted():
    def kill(model):
        model.part("n1").bias.assign(np.r_[np.full(20, -100.0), np.zeros(4)])

    measures, _ = measured(dense(), kill)
    (relu,) = measures.relus
    assert (relu.node, relu.units) == ("n1", 24)
    assert 20 <= relu.dead < 24
    assert measured(dense())[0].relus[0].dead < 12


def test_gradients_of_a_deep_network_of_sigmoids_vanish():
    hidden = {"block": "Dense", "params": {"units": 16, "activation": "sigmoid"}}
    measures, evidence = measured(layers(*[hidden] * 10))
    assert [gradient.node for gradient in measures.gradients] == [f"n{index}" for index in range(1, 12)]
    assert "hardly learns" in (VanishingGradients().check(evidence) or "")
    _, shallow = measured(layers(hidden))
    assert VanishingGradients().check(shallow) is None


def test_moving_averages_that_have_not_caught_up_show_in_the_loss_and_are_left_as_they_were():
    normalized = layers({"block": "Dense", "params": {"units": 24}}, {"block": "BatchNormalization"})

    def mislead(model):
        model.part("n2").moving_mean.assign(np.full(24, 30.0))

    measures, _ = measured(normalized, mislead)
    assert measures.normalizes_batches
    assert measures.inference_loss > 2 * measures.training_loss


def test_random_layers_are_left_as_they_were():
    measures, _ = measured(layers({"block": "Dropout", "params": {"rate": 0.5}}))
    assert measures.inference_loss == measures.training_loss
    assert measures.first_input == pytest.approx(0.7, abs=0.4)


def test_a_normalization_whose_output_is_the_same_everywhere_is_named_with_what_it_receives():
    network = design(
        {"block": "Rescaling", "params": {"scale": 0.0, "offset": 60_000.0}},
        {"block": "GroupNormalization", "params": {"groups": 1, "epsilon": 1e-12}},
        {"block": "Flatten"},
        {"block": "Dense", "params": {"units": 10, "activation": "softmax"}},
    )
    measures, _ = measured(network)
    assert measures.constant == Constant("n1", 0.0, 60_000.0, 60_000.0)
    assert measured(dense())[0].constant is None

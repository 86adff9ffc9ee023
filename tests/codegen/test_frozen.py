"""Frozen nodes in generated files: the same weights are trained as in the app, in every way of writing."""

import keras
import numpy as np
import pytest

from blockwright.codegen import generate
from blockwright.design.parse import read_design
from blockwright.network import build
from tests.codegen.running import differences, network_of
from tests.network.test_trainable import FROZEN

CASES = [
    (name, api)
    for name in FROZEN
    for api in ("subclassing", "functional", "sequential")
    if not (api == "sequential" and name in ("shared", "attention"))
]


@pytest.mark.parametrize(("name", "api"), CASES)
def test_a_file_trains_what_the_app_trains(name, api):
    design = FROZEN[name]
    made = generate(design, api, "fit")
    assert "frozen(" in made.text
    app, file = build(design), network_of(made.text)
    shapes = [one.shape for one in app.trainable_weights]
    assert [one.shape for one in file.trainable_weights] == shapes
    assert differences(design, api) == (0, pytest.approx(0, abs=1e-6))
    for layer in file._flatten_layers():
        if isinstance(layer, keras.layers.BatchNormalization):
            values = np.random.default_rng(1).normal(size=(4, *design.inputs[0].shape)).astype("float32")
            file(values, training=True)
            assert not np.asarray(layer.moving_mean).any()


def test_a_file_without_frozen_nodes_says_nothing_of_it():
    document = FROZEN["layer"].document()
    del document["nodes"][0]["trainable"]
    assert "frozen" not in generate(read_design(document), "subclassing", "fit").text

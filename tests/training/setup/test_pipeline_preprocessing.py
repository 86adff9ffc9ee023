"""Preprocessing in the input pipeline computes what it computes in the network."""

import numpy as np
import pytest

from blockwright.design.leading_preprocessing import LeadingPreprocessing, leading_preprocessing
from blockwright.design.presets import preset
from blockwright.network import build
from blockwright.training.local import train
from tests.network.designs import classifier, design, node

RESCALED = classifier(
    node("Rescaling", scale=1 / 255), node("Conv2D", filters=4, kernel_size=3), shape=(8, 8, 1)
)
TEXTS = {
    "format": 1,
    "name": "Texts",
    "inputs": [{"id": "text", "shape": [1], "dtype": "string"}],
    "nodes": [
        {
            "id": "tokens",
            "block": "TextVectorization",
            "params": {"max_tokens": 500, "output_sequence_length": 12},
        },
        {"id": "embedded", "block": "Embedding", "params": {"input_dim": 500, "output_dim": 8}},
        {"id": "pooled", "block": "GlobalAveragePooling1D"},
        {"id": "head", "block": "Dense", "params": {"units": 2, "activation": "softmax"}},
    ],
}


def values(network, **settings):
    result = train(network, epochs=2, precision="float32", **settings)
    assert result["status"] == "finished", result["message"]
    return {name: value for name, value in result["metrics"].items() if value is not None}


def test_what_comes_first_is_found():
    assert leading_preprocessing(RESCALED) == LeadingPreprocessing(("rescaling",), ("rescaling",))
    assert not leading_preprocessing(design(node("Flatten"), node("Rescaling")))


def test_an_input_that_is_also_read_as_it_is_passes_through():
    both = classifier(
        node("Rescaling", "half", ["image"], scale=0.5),
        node("Add", "sum", ["image", "half"]),
        shape=(8, 8, 1),
    )
    assert leading_preprocessing(both).results == ("image", "half")
    model = build(both)
    images = np.random.default_rng(0).random((3, 8, 8, 1)).astype("float32")
    np.testing.assert_allclose(model(model.preprocess(images)), model(images), rtol=1e-6)


@pytest.mark.parametrize("loop", ["fit", "train_step", "custom"])
def test_images_train_to_the_same_numbers(loop):
    of_network, of_pipeline = (
        values(RESCALED, dataset="digits", loop=loop, preprocessing=where)
        for where in ("network", "pipeline")
    )
    assert of_pipeline == pytest.approx(of_network, rel=1e-5)


def test_texts_train_to_the_same_numbers():
    of_network, of_pipeline = (
        values(TEXTS, dataset={"name": "reviews", "examples": 300}, preprocessing=where)
        for where in ("network", "pipeline")
    )
    assert of_pipeline == pytest.approx(of_network, rel=1e-5)


def test_several_inputs_and_outputs_train_to_the_same_numbers():
    network = preset("support_tickets").design
    assert leading_preprocessing(network)
    of_network, of_pipeline = (
        values(network, dataset={"name": "tickets", "examples": 200}, preprocessing=where)
        for where in ("network", "pipeline")
    )
    assert of_pipeline == pytest.approx(of_network, rel=1e-5)

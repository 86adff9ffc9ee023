"""Frozen nodes: their weights are counted, built and kept as they are."""

from typing import Any

import keras
import numpy as np
import pytest

from blockwright.design.parse import read_design
from blockwright.network import build, describe
from blockwright.network.describe import describe_inside
from blockwright.network.summary import summary
from blockwright.training.setup.acceleration import fused_batch_normalization

UNIT = {
    "inputs": ["x"],
    "nodes": [
        {"id": "dense", "block": "Dense", "params": {"units": 6}},
        {"id": "norm", "block": "BatchNormalization"},
    ],
}


def design(*nodes: dict[str, Any], shape: tuple[int, ...] = (6,), **more: Any):
    document = {"format": 1, "inputs": [{"id": "x", "shape": list(shape)}], "nodes": list(nodes), **more}
    return read_design(document)


FROZEN = {
    "layer": design(
        {"id": "it", "block": "Dense", "params": {"units": 6}, "trainable": False},
        {"id": "head", "block": "Dense", "params": {"units": 2}},
    ),
    "repeated": design(
        {"id": "it", "block": "Dense", "params": {"units": 6}, "trainable": False, "repeat": 3},
        {"id": "head", "block": "Dense", "params": {"units": 2}},
    ),
    "shared": design(
        {"id": "it", "block": "Dense", "params": {"units": 6}, "trainable": False},
        {"id": "again", "block": "Dense", "shares": "it"},
        {"id": "head", "block": "Dense", "params": {"units": 2}},
    ),
    "composite": design(
        {"id": "it", "block": "Unit", "trainable": False, "repeat": 2},
        {"id": "head", "block": "Dense", "params": {"units": 2}},
        composites={"Unit": UNIT},
    ),
    "block": design(
        {"id": "it", "block": "ConvBlock", "params": {"filters": 4}, "trainable": False},
        {"id": "flat", "block": "Flatten"},
        {"id": "head", "block": "Dense", "params": {"units": 2}},
        shape=(6, 6, 1),
    ),
    "block with parts made late": design(
        {"id": "it", "block": "TransformerBlock", "trainable": False, "params": {"num_heads": 2}},
        {"id": "flat", "block": "Flatten"},
        {"id": "head", "block": "Dense", "params": {"units": 2}},
        shape=(5, 6),
    ),
    "attention": design(
        {
            "id": "it",
            "block": "MultiHeadAttention",
            "params": {"num_heads": 2, "key_dim": 3},
            "trainable": False,
        },
        {"id": "flat", "block": "Flatten"},
        {"id": "head", "block": "Dense", "params": {"units": 2}},
        shape=(5, 6),
    ),
    "both ways": design(
        {"id": "it", "block": "Bidirectional", "params": {"units": 3}, "trainable": False},
        {"id": "head", "block": "Dense", "params": {"units": 2}},
        shape=(5, 6),
    ),
    "inside a composite": design(
        {"id": "it", "block": "Unit"},
        {"id": "head", "block": "Dense", "params": {"units": 2}},
        composites={"Unit": {**UNIT, "nodes": [{**one, "trainable": False} for one in UNIT["nodes"]]}},
    ),
}
ATTENTION = {"id": "look", "block": "MultiHeadAttention", "params": {"num_heads": 2, "key_dim": 3}}
FROZEN |= {
    "convolutional memory": design(
        {
            "id": "it",
            "block": "ConvLSTM2D",
            "params": {"filters": 2, "kernel_size": 3},
            "trainable": False,
        },
        {"id": "flat", "block": "Flatten"},
        {"id": "head", "block": "Dense", "params": {"units": 2}},
        shape=(2, 5, 5, 1),
    ),
    "attention in a frozen composite": design(
        {"id": "it", "block": "Outer", "trainable": False},
        {"id": "flat", "block": "Flatten"},
        {"id": "head", "block": "Dense", "params": {"units": 2}},
        shape=(5, 6),
        composites={
            "Unit": {"inputs": ["x"], "nodes": [ATTENTION]},
            "Outer": {"inputs": ["x"], "nodes": [{"id": "unit", "block": "Unit"}]},
        },
    ),
    "frozen attention in a composite": design(
        {"id": "it", "block": "Unit", "repeat": 2},
        {"id": "flat", "block": "Flatten"},
        {"id": "head", "block": "Dense", "params": {"units": 2}},
        shape=(5, 6),
        composites={"Unit": {"inputs": ["x"], "nodes": [{**ATTENTION, "trainable": False}]}},
    ),
}
every = pytest.mark.parametrize("name", FROZEN)


def held(model: keras.Model) -> list[np.ndarray]:
    return [np.array(weight) for weight in model.part("it").weights]


@every
def test_training_moves_what_is_not_frozen_and_nothing_else(name):
    model = build(FROZEN[name])
    told = describe(FROZEN[name])
    trained = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    assert (told["trainable_params"], told["total_params"]) == (trained, model.count_params())
    assert [weight.path for weight in model.trainable_weights] == [
        weight.path for weight in model.part("head").weights
    ]
    model.compile("sgd", "mse")
    before, head = held(model), model.part("head").get_weights()
    shape = FROZEN[name].inputs[0].shape
    values = np.random.default_rng(1).normal(size=(8, *shape)).astype("float32")
    for _ in range(2):
        model.train_on_batch(values, np.ones((8, 2), "float32"))
    for weight, old in zip(held(model), before, strict=True):
        np.testing.assert_array_equal(weight, old)
    assert not np.array_equal(model.part("head").get_weights()[0], head[0])


@every
@pytest.mark.parametrize("expanded", [False, True], ids=["closed", "opened"])
def test_the_graph_and_its_file_keep_it_frozen(name, expanded, tmp_path):
    graph = build(FROZEN[name]).build_graph(expanded=expanded)
    assert (
        sum(int(np.prod(one.shape)) for one in graph.trainable_weights)
        == (describe(FROZEN[name])["trainable_params"])
    )
    told = summary(FROZEN[name], expanded)
    assert told["trainable_params"] == describe(FROZEN[name])["trainable_params"]


def test_a_frozen_normalization_runs_as_in_prediction():
    whole = design(
        {"id": "it", "block": "BatchNormalization", "trainable": False},
        {"id": "head", "block": "Dense", "params": {"units": 2}},
        shape=(4, 4, 3),
    )
    model = build(whole)
    values = np.random.default_rng(2).normal(3.0, 2.0, size=(8, 4, 4, 3)).astype("float32")
    plain = np.array(model(values, training=True))
    np.testing.assert_array_equal(plain, np.array(model(values, training=False)))
    with fused_batch_normalization():
        np.testing.assert_allclose(np.array(model(values, training=True)), plain, atol=1e-5)
    assert np.array(model.part("it").moving_mean).tolist() == [0.0, 0.0, 0.0]


def test_a_frozen_node_is_told_and_a_trained_one_is_not():
    rows = describe(FROZEN["shared"])["nodes"]
    assert [row.get("trainable") for row in rows] == [False, False, None]
    assert [row["trainable_params"] for row in rows] == [0, 0, 14]
    assert [row["params"] for row in rows] == [42, 0, 14]


def test_inside_a_frozen_block_nothing_is_trained():
    told = describe_inside(FROZEN["composite"], "Unit")
    assert [(row["params"], row["trainable_params"]) for row in told["nodes"]] == [(42, 0), (24, 0)]


def test_a_saved_network_is_still_frozen(tmp_path):
    for name in ("composite", "attention", "inside a composite"):
        model = build(FROZEN[name])
        model.save(tmp_path / "it.keras")
        again = keras.saving.load_model(tmp_path / "it.keras")
        assert len(again.trainable_weights) == len(model.trainable_weights) == 2

"""The values of one batch after every block."""

import math

import numpy as np
import pytest

from blockwright.design.parse import read_design
from blockwright.recipe.settings import Settings
from blockwright.training.probe.batch_table import batch_table
from tests.cli.commands import PERCEPTRON
from tests.training.designs import design

DIGITS = Settings.read({"data": {"name": "digits"}, "batch_size": 16, "precision": "float32"})
HEAD = {"id": "head", "block": "Dense", "params": {"units": 10, "activation": "softmax"}}


def by_node(table) -> dict:
    return {row["node"]: row for row in table["rows"]}


def test_every_block_has_its_shape_and_its_values(home):
    table = batch_table(read_design(PERCEPTRON), DIGITS)
    rows = by_node(table)
    assert [(name, row["block"], row["reads"], row["shape"]) for name, row in rows.items()] == [
        ("image", None, [], [16, 8, 8, 1]),
        ("flatten", "Flatten", ["image"], [16, 64]),
        ("hidden", "Dense", ["flatten"], [16, 16]),
        ("head", "Dense", ["hidden"], [16, 10]),
    ]
    assert (rows["image"]["low"], rows["image"]["high"]) == (0.0, 1.0)
    assert rows["head"]["mean"] == pytest.approx(0.1, abs=1e-6)
    assert rows["hidden"]["low"] == 0.0
    assert not any(row["problem"] or row["not_finite"] for row in table["rows"])
    assert table["losses"]["head"] == pytest.approx(math.log(10), abs=0.7)
    assert (table["training"], table["precision"]) == (True, "float32")


def test_dropout_and_batch_normalization_differ_between_training_and_inference(home):
    nodes = [
        {"id": "flatten", "block": "Flatten"},
        {"id": "drop", "block": "Dropout", "params": {"rate": 0.5}},
        {"id": "norm", "block": "BatchNormalization"},
        HEAD,
    ]
    network = read_design({**PERCEPTRON, "nodes": nodes})
    training = by_node(batch_table(network, DIGITS))
    inference = by_node(batch_table(network, DIGITS, training=False))
    assert training["drop"]["high"] == 2.0
    assert inference["drop"]["high"] == 1.0
    assert training["norm"]["mean"] == pytest.approx(0.0, abs=1e-4)
    assert inference["norm"]["mean"] == pytest.approx(inference["drop"]["mean"], rel=1e-2)


def test_ones_and_noise_pass_through_in_place_of_the_data(home):
    ones = by_node(batch_table(read_design(PERCEPTRON), DIGITS, source="ones"))
    assert (ones["image"]["low"], ones["image"]["high"], ones["image"]["spread"]) == (1.0, 1.0, 0.0)
    assert not any(row["problem"] for row in ones.values())
    noise = by_node(batch_table(read_design(PERCEPTRON), DIGITS, source="noise"))
    assert noise["image"]["spread"] == pytest.approx(1.0, abs=0.1)


def test_repeated_shared_and_disabled_nodes_have_their_own_values(home):
    nodes = [
        {"id": "flatten", "block": "Flatten"},
        {"id": "deep", "block": "Dense", "params": {"units": 64}, "repeat": 3},
        {"id": "one", "block": "Dense", "params": {"units": 64}},
        {"id": "off", "block": "Dense", "params": {"units": 3}, "enabled": False},
        {"id": "again", "block": "Dense", "params": {"units": 64}, "shares": "one"},
        HEAD,
    ]
    rows = by_node(batch_table(read_design({**PERCEPTRON, "nodes": nodes}), DIGITS))
    assert list(rows) == ["image", "flatten", "deep", "one", "again", "head"]
    assert len({rows[name]["mean"] for name in ("deep", "one", "again")}) == 3


def test_the_first_block_that_is_not_finite_is_named_with_what_it_receives(home):
    network = design(
        {"block": "Rescaling", "params": {"scale": 1e6}},
        {"block": "Flatten"},
        {"block": "Dense", "params": {"units": 8, "activation": "exponential"}},
        {"block": "Dense", "params": {"units": 10, "activation": "softmax"}},
    )
    table = batch_table(network, DIGITS)
    rows = by_node(table)
    assert rows["n2"]["not_finite"] > 0
    assert rows["n2"]["problem"].startswith('`Dense` "n2" is the first block whose output is not finite: ')
    assert "What it receives lies between 0 and 2.55e+08. Scale the input, " in rows["n2"]["problem"]
    assert rows["n3"]["problem"] is None
    assert table["losses"]["n3"] is None


def test_a_normalization_that_makes_all_values_equal_is_named(home, tmp_path):
    rows = 40
    path = tmp_path / "bright.npz"
    labels = np.arange(rows) % 2
    np.savez(path, x_train=np.full((rows, 8, 8, 4), 60_000.0, "float32"), y_train=labels)
    network = design(
        {"block": "GroupNormalization", "params": {"groups": 2, "epsilon": 1e-12}},
        {"block": "GlobalAveragePooling2D"},
        {"block": "Dense", "params": {"units": 2, "activation": "softmax"}},
        shape=(8, 8, 4),
    )
    choice = {"name": "upload", "path": str(path)}
    settings = Settings.read({"data": choice, "scaling": "none", "precision": "bfloat16", "batch_size": 8})
    table = batch_table(network, settings)
    assert by_node(table)["n0"]["problem"] == (
        '`GroupNormalization` "n0" outputs 0 everywhere, for every example, so nothing after it can tell the examples '
        "apart. What it receives lies between 6e+04 and 6e+04. Scale the input, normalize before it, choose a larger "
        "epsilon or other initial weights, or train in float32."
    )
    assert table["precision"] == "bfloat16"


def test_texts_have_a_shape_and_no_numbers(home):
    settings = Settings.read({"data": {"name": "reviews"}, "batch_size": 4})
    nodes = [
        {
            "id": "words",
            "block": "TextVectorization",
            "params": {"max_tokens": 50, "output_sequence_length": 6},
        },
        {"id": "embed", "block": "Embedding", "params": {"input_dim": 50, "output_dim": 4}},
        {"id": "pool", "block": "GlobalAveragePooling1D"},
        {"id": "head", "block": "Dense", "params": {"units": 2, "activation": "softmax"}},
    ]
    network = {"format": 1, "inputs": [{"id": "text", "shape": [1], "dtype": "string"}], "nodes": nodes}
    rows = by_node(batch_table(read_design(network), settings))
    assert (rows["text"]["mean"], rows["text"]["shape"]) == (None, [4, 1])
    assert rows["words"]["shape"] == [4, 6]

import os

from blockwright.network import summary
from blockwright.schema.design import Design
from tests.network.designs import classifier, node

SMALL = classifier(node("ConvBlock", "a/b", filters=4), units=3, shape=(8, 8, 1))


def test_rows_at_block_level():
    found = summary(SMALL)
    text = found.pop("text")
    keys = ("layer", "type", "output_shape", "params", "trainable", "connected_to")
    rows = [
        ("image", "InputLayer", [None, 8, 8, 1], 0, 0, []),
        ("a/b", "ConvBlock", [None, 8, 8, 4], 56, 48, ["image"]),
        ("pool", "GlobalAveragePooling2D", [None, 4], 0, 0, ["a/b"]),
        ("head", "Dense", [None, 3], 15, 15, ["pool"]),
    ]
    assert found == {
        "rows": [dict(zip(keys, row, strict=True)) for row in rows],
        "total_params": 71,
        "trainable_params": 63,
        "non_trainable_params": 8,
    }
    assert 'Model: "Test"' in text
    assert "a_b (ConvBlock)" in text
    assert "Total params: 71" in text
    assert "Param #" in text
    assert "\x1b" not in text


def test_rows_of_the_opened_network():
    rows = summary(SMALL, expanded=True)["rows"]
    assert [(row["layer"], row["params"]) for row in rows] == [
        ("image", 0),
        ("a/b.conv", 40),
        ("a/b.norm", 16),
        ("a/b.relu", 0),
        ("pool", 0),
        ("head", 15),
    ]


def test_the_environment_is_left_as_it_was(monkeypatch):
    monkeypatch.setenv("COLUMNS", "33")
    summary(SMALL)
    assert os.environ["COLUMNS"] == "33"


def test_a_shared_layer_is_connected_to_all_that_it_reads():
    nodes = [
        {"id": "twin", "block": "Dense", "params": {"units": 3}, "inputs": ["left"]},
        {"id": "again", "block": "Dense", "shares": "twin", "inputs": ["right"]},
        {"id": "both", "block": "Concatenate", "inputs": ["twin", "again"]},
    ]
    inputs = [{"id": "left", "shape": [4]}, {"id": "right", "shape": [4]}]
    design = Design.model_validate({"format": 1, "name": "Twins", "inputs": inputs, "nodes": nodes})
    rows = summary(design)["rows"]
    assert {row["layer"]: row["connected_to"] for row in rows} == {
        "left": [],
        "right": [],
        "twin": ["left", "right"],
        "both": ["twin", "twin"],
    }

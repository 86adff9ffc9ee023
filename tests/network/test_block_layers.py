"""The layers inside a block where it stands in a design."""

import pytest

from blockwright.design.parse import read_design
from blockwright.design.presets import preset
from blockwright.network.block_layers import block_layers
from tests.network.designs import classifier, node

SMALL = classifier(
    node("ConvBlock", "stem", filters=4, kernel_size=5),
    node("InceptionBlock", "mix", filters_1x1=2, filters_3x3=3),
    units=3,
    shape=(8, 8, 1),
)
UNIT = {
    "inputs": ["x"],
    "params": {"width": 16},
    "nodes": [
        {"id": "conv", "block": "ConvBlock", "params": {"filters": {"param": "width"}}},
        {"id": "act", "block": "Softmax"},
    ],
}


def own(**params):
    return read_design(
        {
            "format": 1,
            "inputs": [{"id": "image", "shape": [8, 8, 2]}],
            "nodes": [{"id": "first", "block": "Unit", "params": params}, {"id": "second", "block": "Unit"}],
            "composites": {"Unit": UNIT},
        }
    )


def test_a_block_shows_the_arguments_and_shapes_of_its_layers_as_it_stands():
    assert block_layers(SMALL, "stem") == {
        "inputs": ["input"],
        "layers": [
            {
                "id": "conv",
                "block": "Conv2D",
                "params": {"filters": 4, "kernel_size": 5, "padding": "same"},
                "output_shape": [None, 8, 8, 4],
                "parameters": 104,
                "reads": ["input"],
            },
            {
                "id": "norm",
                "block": "BatchNormalization",
                "params": {},
                "output_shape": [None, 8, 8, 4],
                "parameters": 16,
                "reads": ["conv"],
            },
            {
                "id": "relu",
                "block": "ReLU",
                "params": {},
                "output_shape": [None, 8, 8, 4],
                "parameters": 0,
                "reads": ["norm"],
            },
        ],
        "outputs": ["relu"],
    }


def test_branches_are_told_by_what_the_layers_read():
    answer = block_layers(SMALL, "mix")
    reads = {layer["id"]: layer["reads"] for layer in answer["layers"]}
    assert reads["concat"] == ["conv_1x1.relu", "conv_3x3.relu"]
    assert reads["conv_1x1.conv"] == reads["conv_3x3.conv"] == ["input"]
    assert answer["outputs"] == ["concat"]
    assert answer["layers"][-1]["output_shape"] == [None, 8, 8, 5]


def test_parts_that_are_no_layers_have_the_same_names_every_time():
    answer = block_layers(preset("text_attention").design, "embed")
    names = [layer["id"] for layer in answer["layers"]]
    assert names[:3] == ["ones_like", "cumsum", "subtract"]


def test_a_block_of_the_design_is_unfolded_with_the_arguments_of_this_use():
    layers = block_layers(own(width=5), "first")["layers"]
    assert layers[0]["id"] == "conv.conv"
    assert layers[0]["params"]["filters"] == 5
    assert block_layers(own(width=5), "second")["layers"][0]["params"]["filters"] == 16


def test_a_block_inside_a_block_of_the_design_is_unfolded_as_that_use_has_it():
    (first, *_) = block_layers(own(width=5), "conv", "Unit", ["first"])["layers"]
    assert (first["params"]["filters"], first["output_shape"]) == (5, [None, 8, 8, 5])
    (other, *_) = block_layers(own(width=5), "conv", "Unit", ["second"])["layers"]
    assert other["params"]["filters"] == 16


@pytest.mark.parametrize(
    ("node_id", "sentence"),
    [
        ("head", '"head" is a single layer: there is nothing inside.'),
        ("gone", 'There is no block named "gone".'),
    ],
)
def test_what_has_no_inside_is_said(node_id, sentence):
    with pytest.raises(ValueError, match=sentence):
        block_layers(SMALL, node_id)


def test_below_an_error_nothing_is_known():
    far = node("MaxPooling2D", "far", pool_size=50)
    broken = classifier(far, node("ConvBlock", "stem", filters=4), units=3, shape=(8, 8, 1))
    with pytest.raises(ValueError, match='The shapes of "stem" are not known'):
        block_layers(broken, "stem")


def test_an_unused_block_of_the_design_has_no_shapes():
    unused = read_design(
        {
            "format": 1,
            "inputs": [{"id": "image", "shape": [8, 8, 2]}],
            "nodes": [{"id": "act", "block": "ReLU"}],
            "composites": {"Unit": UNIT},
        }
    )
    with pytest.raises(ValueError, match="Nothing uses Unit yet"):
        block_layers(unused, "conv", "Unit")

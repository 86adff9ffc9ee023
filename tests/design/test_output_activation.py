import pytest

from blockwright.design.output_activation import last_activation, scales_itself
from tests.training.designs import design
from tests.training.graphs import dense, graph, node

DENSE = {"block": "Dense", "params": {"units": 10}}
SOFTMAX = {"block": "Activation", "params": {"activation": "softmax"}}


@pytest.mark.parametrize(
    ("nodes", "activation"),
    [
        ([DENSE], "linear"),
        ([{"block": "Dense", "params": {"units": 10, "activation": "softmax"}}], "softmax"),
        ([{"block": "Dense", "params": {"units": 10, "activation": "linear"}}], "linear"),
        ([DENSE, SOFTMAX], "softmax"),
        ([DENSE, {**SOFTMAX, "enabled": False}], "linear"),
        ([DENSE, SOFTMAX, {"block": "Dropout", "params": {"rate": 0.1}}], "softmax"),
        ([DENSE, {"block": "ReLU"}], "relu"),
        (
            [
                {"block": "Conv2D", "params": {"filters": 10, "activation": "softmax"}},
                {"block": "GlobalAveragePooling2D"},
            ],
            "softmax",
        ),
        ([{"block": "ConvBlock", "params": {"filters": 10}}, {"block": "Flatten"}], "linear"),
    ],
)
def test_the_last_activation_is_found_through_what_passes_it_on(nodes, activation):
    assert last_activation(design(*nodes)) == activation


@pytest.mark.parametrize(
    ("nodes", "scales"),
    [
        ([{"block": "Rescaling", "params": {"scale": 0.004}}, DENSE], True),
        (
            [
                {"block": "CenterCrop", "params": {"height": 4, "width": 4}},
                {"block": "Rescaling", "params": {"scale": 0.004}},
            ],
            True,
        ),
        ([{"block": "Rescaling", "params": {"scale": 0.004}, "enabled": False}, DENSE], False),
        ([DENSE, {"block": "Rescaling", "params": {"scale": 0.004}}], False),
    ],
)
def test_a_design_that_scales_its_input_is_seen(nodes, scales):
    assert scales_itself(design(*nodes)) is scales


UNIT = {
    "inputs": ["x"],
    "params": {"last": "softmax"},
    "nodes": [
        {"id": "wide", "block": "Dense", "params": {"units": 3, "activation": {"param": "last"}}},
        {"id": "drop", "block": "Dropout", "params": {"rate": 0.1}},
    ],
}
FRONT = {"inputs": ["x"], "nodes": [{"id": "scale", "block": "Rescaling", "params": {"scale": 0.1}}]}
PASS = {"inputs": ["x"], "nodes": [{"id": "drop", "block": "Dropout", "params": {"rate": 0.1}}]}


def test_the_end_is_seen_through_blocks_of_the_designs_own():
    nodes = [{"id": "unit", "block": "Unit"}]
    made = graph({"features": (4,)}, nodes, composites={"Unit": UNIT})
    assert last_activation(made) == "softmax"
    nodes = [{"id": "unit", "block": "Unit", "params": {"last": "sigmoid"}}, {"id": "p", "block": "Pass"}]
    made = graph({"features": (4,)}, nodes, composites={"Unit": UNIT, "Pass": PASS})
    assert last_activation(made) == "sigmoid"


def test_the_end_of_a_shared_layer_is_that_of_its_owner():
    nodes = [dense("one", 4, "sigmoid"), {"id": "two", "block": "Dense", "shares": "one"}]
    assert last_activation(graph({"features": (4,)}, nodes)) == "sigmoid"


def test_each_output_has_its_own_end_and_each_input_its_own_scaling():
    nodes = [
        node("scaled", "Rescaling", "a", scale=0.1),
        node("both", "Concatenate", "scaled", "b"),
        dense("left", 2, "softmax"),
        dense("right", 1, "sigmoid", "both"),
    ]
    made = graph({"a": (4,), "b": (4,)}, nodes, "left", "right")
    assert [last_activation(made, one) for one in ("left", "right")] == ["softmax", "sigmoid"]
    assert [scales_itself(made, one) for one in ("a", "b")] == [True, False]


def test_scaling_within_a_block_of_the_designs_own_is_seen():
    made = graph({"a": (4,)}, [{"id": "f", "block": "Front"}, dense("end", 1)], composites={"Front": FRONT})
    assert scales_itself(made)

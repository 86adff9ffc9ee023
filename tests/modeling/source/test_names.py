"""Names that people may type and that could meet others: in Python, in Keras, and in the file itself."""

import pytest

from blockwright.architecture.spec import Design
from blockwright.modeling.source import APIS, generate
from tests.modeling.designs import node
from tests.modeling.source.running import differences
from tests.modeling.source.test_networks import made


def agree(design: Design) -> None:
    for api in APIS:
        if generate(design, api).problem is None:
            assert differences(design, api) == (0, pytest.approx(0, abs=1e-6)), api


@pytest.mark.parametrize("others", [["a_1"], ["A_1", "a_2", "a__3"], ["a_1_1", "a_1"]])
def test_copies_of_a_repeated_node_step_aside_for_names_that_people_gave(others: list[str]):
    after = [node("Dense", other, units=5) for other in others]
    agree(made([("row", (4,))], [{**node("Dense", "a", units=4), "repeat": 3}, *after]))
    again = [{**one, "repeat": 2, "params": {"units": 4}} for one in after]
    agree(made([("row", (4,))], [{**node("Dense", "a", units=4), "repeat": 3}, *again]))


UNITS = {
    "inputs": ["x"],
    "nodes": [
        node("Dense", "narrow", units=4),
        node("LayerNormalization", "norm"),
        node("Rescaling", "scaled", scale=0.5),
        node("Dropout", "drop", rate=0.1),
    ],
}


def test_names_that_keras_finds_by_itself_are_left_to_it():
    nodes = [
        node("Unit", "dense", ["layer_normalization"]),
        node("Unit", "Unit_2"),
        {**node("Dense", "unit", units=4), "repeat": 2},
        node("Dense", "layer_normalization_1", units=4),
        node("Normalization", "normalization"),
        node("Normalization", "dense_2", mean=[0.0], variance=[1.0]),
        node("Dense", "spatial_dropout2d", units=3),
    ]
    agree(made([("layer_normalization", (4,))], nodes, composites={"Unit": UNITS}))


def test_inputs_may_be_called_like_layers():
    nodes = [
        node("Concatenate", "both", ["dense", "add"]),
        node("Dense", "one", units=4),
        node("Dense", "dense_1", ["both"], units=4),
        node("Add", "sum", ["one", "dense_1"]),
        node("MLPBlock", "mean", units=[4, 3]),
    ]
    agree(made([("dense", (3,)), ("add", (2,))], nodes))


def test_operations_inside_blocks_have_names_too():
    nodes = [
        node("ConvBlock", "mean", filters=4),
        node("SqueezeExciteBlock", "multiply"),
        node("Conv2D", "add", filters=4, kernel_size=1),
        node("ResidualBlock", "get_item", filters_1=4, filters_2=4, filters_3=4),
        node("GlobalAveragePooling2D", "reshape"),
    ]
    agree(made([("image", (8, 8, 3))], nodes))

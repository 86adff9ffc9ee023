"""Whole models and their designs: names, wires, shared layers, inner models, several inputs and outputs."""

import json

import keras
import numpy as np
from keras import layers, ops

from blockwright.importing import import_model
from blockwright.network import describe
from tests.importing.comparing import check_outputs, imported, nodes_of, shake


def numbers(*shape: int) -> np.ndarray:
    return np.random.default_rng(3).normal(size=shape).astype("float32")


def test_a_sequential_model_keeps_names_and_says_no_more_than_it_must():
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1), name="image"),
            layers.Conv2D(8, 3, padding="same", activation="relu", name="stem"),
            layers.BatchNormalization(name="norm"),
            layers.MaxPooling2D(name="pool"),
            layers.Flatten(name="flat"),
            layers.Dense(10, activation="softmax", kernel_initializer="he_normal", name="head"),
        ],
        name="digits",
    )
    got = check_outputs(shake(model), numbers(2, 28, 28, 1))
    assert got.design.document() == {
        "format": 1,
        "name": "digits",
        "inputs": [{"id": "image", "shape": [28, 28, 1]}],
        "nodes": [
            {
                "id": "stem",
                "block": "Conv2D",
                "params": {"filters": 8, "kernel_size": 3, "padding": "same", "activation": "relu"},
            },
            {"id": "norm", "block": "BatchNormalization", "params": {"momentum": 0.99}},
            {"id": "pool", "block": "MaxPooling2D"},
            {"id": "flat", "block": "Flatten"},
            {
                "id": "head",
                "block": "Dense",
                "params": {"units": 10, "activation": "softmax", "kernel_initializer": "he_normal"},
            },
        ],
    }
    assert got.notes == []


def test_branches_inputs_and_outputs_keep_their_wires():
    left, right = keras.Input((6,), name="left"), keras.Input((4,), name="right")
    narrow = layers.Dense(5, name="one")(left)
    other = layers.Dense(5, name="other")(right)
    both = layers.Add(name="both")([narrow, other])
    wide = layers.Concatenate(axis=1, name="wide")([both, left])
    model = keras.Model([left, right], [wide, narrow], name="two_by_two")
    got = check_outputs(shake(model), numbers(3, 6), numbers(3, 4))
    document = got.design.document()
    assert [model_input["id"] for model_input in document["inputs"]] == ["left", "right"]
    assert document["nodes"] == [
        {"id": "one", "block": "Dense", "params": {"units": 5}},
        {"id": "other", "block": "Dense", "params": {"units": 5}, "inputs": ["right"]},
        {"id": "both", "block": "Add", "inputs": ["one", "other"]},
        {"id": "wide", "block": "Concatenate", "inputs": ["both", "left"]},
    ]
    assert document["outputs"] == ["wide", "one"]


def test_a_layer_called_twice_is_a_node_and_one_that_shares_its_weights():
    tower = layers.Dense(4, name="tower")
    left, right = keras.Input((3,), name="left"), keras.Input((3,), name="right")
    model = keras.Model([left, right], layers.Subtract(name="difference")([tower(left), tower(right)]))
    got = check_outputs(shake(model), numbers(2, 3), numbers(2, 3))
    assert got.design.document()["nodes"] == [
        {"id": "tower", "block": "Dense", "params": {"units": 4}},
        {"id": "tower_2", "block": "Dense", "inputs": ["right"], "shares": "tower"},
        {"id": "difference", "block": "Subtract", "inputs": ["tower", "tower_2"]},
    ]


def test_a_layer_called_on_its_own_result_runs_in_order():
    again = layers.Dense(3, name="again")
    start = keras.Input((3,), name="start")
    model = keras.Model(start, again(again(again(start))))
    got = check_outputs(shake(model), numbers(2, 3))
    assert [(node.id, node.shares) for node in got.design.nodes] == [
        ("again", None),
        ("again_2", "again"),
        ("again_3", "again"),
    ]


def test_models_inside_a_model_become_composites():
    inner_in = keras.Input((6,), name="x")
    unit = keras.Model(
        inner_in,
        layers.Add(name="sum")([layers.Dense(6, name="dense")(inner_in), inner_in]),
        name="residual_unit",
    )
    pair_in = keras.Input((6,), name="pair_in")
    pair = keras.Model(pair_in, unit(unit(pair_in)), name="pair")
    start = keras.Input((6,), name="start")
    stack = keras.Sequential(
        [keras.Input((6,)), layers.Dense(2, name="last"), layers.ReLU(name="relu")], name="top"
    )
    model = keras.Model(start, stack(pair(start)), name="nested")
    document = check_outputs(shake(model), numbers(2, 6)).design.document()
    assert document["nodes"] == [{"id": "pair", "block": "Pair"}, {"id": "top", "block": "Top"}]
    assert document["composites"]["ResidualUnit"] == {
        "inputs": ["x"],
        "nodes": [
            {"id": "dense", "block": "Dense", "params": {"units": 6}},
            {"id": "sum", "block": "Add", "inputs": ["dense", "x"]},
        ],
    }
    assert document["composites"]["Pair"]["nodes"] == [
        {"id": "residual_unit", "block": "ResidualUnit"},
        {"id": "residual_unit_2", "block": "ResidualUnit", "shares": "residual_unit"},
    ]


def test_inner_models_of_several_results_are_read_by_number():
    inside = keras.Input((3,), name="inside")
    fork = keras.Model(
        inside, [layers.Dense(2, name="two")(inside), layers.Dense(1, name="one")(inside)], name="fork"
    )
    start = keras.Input((3,), name="start")
    first, second = fork(start), fork(layers.ReLU(name="relu")(start))
    model = keras.Model(start, [first[1], second[0]])
    got = check_outputs(shake(model), numbers(2, 3))
    assert got.design.outputs == ("fork/1", "fork_2")


def test_equal_inner_models_with_weights_of_their_own_share_one_definition():
    def tower(name: str) -> keras.Model:
        return keras.Sequential(
            [keras.Input((4,), name="x"), layers.Dense(4, name="dense"), layers.ReLU(name="relu")], name=name
        )

    start = keras.Input((4,), name="start")
    model = keras.Model(start, tower("right")(tower("left")(start)))
    document = check_outputs(shake(model), numbers(2, 4)).design.document()
    assert list(document["composites"]) == ["Left"]
    assert document["nodes"] == [{"id": "left", "block": "Left"}, {"id": "right", "block": "Left"}]


def test_operations_between_layers_become_layers():
    left, right = keras.Input((8,), name="left"), keras.Input((8,), name="right")
    half = (left + right) * 0.5
    turned = -((2.0 - half) / 4 - 1)
    soft = ops.softmax(ops.relu(turned))
    joined = ops.concatenate([soft, turned], axis=1)
    model = keras.Model(
        [left, right],
        [
            joined**2,
            ops.square(ops.sigmoid(joined)),
            ops.maximum(left, right),
            ops.leaky_relu(turned),
            ops.reshape(joined, (-1, 4, 4)),
            ops.gelu(joined, approximate=False),
        ],
    )
    got = check_outputs(model, numbers(2, 8), numbers(2, 8))
    nodes = [(node.block, node.params) for node in got.design.nodes]
    for node in [
        ("Add", {}),
        ("Rescaling", {"scale": 0.5}),
        ("Rescaling", {"scale": -1.0, "offset": 2.0}),
        ("Concatenate", {}),
        ("Activation", {"activation": "gelu"}),
        ("ReLU", {"negative_slope": 0.2}),
    ]:
        assert node in nodes


def test_operations_over_all_places_become_global_poolings():
    image = keras.Input((6, 5, 3), name="image")
    mean = ops.mean(image, axis=(1, 2), keepdims=True)
    model = keras.Model(image, [mean, ops.max(image, axis=[1, 2])])
    check_outputs(model, numbers(2, 6, 5, 3))
    assert [node["block"] for node in nodes_of(model)] == ["GlobalAveragePooling2D", "GlobalMaxPooling2D"]


def test_an_output_that_is_an_input_or_given_twice_is_passed_on():
    start = keras.Input((3,), name="start")
    dense = layers.Dense(2, name="dense")(start)
    got = check_outputs(shake(keras.Model(start, [dense, start, dense])), numbers(2, 3))
    assert got.design.outputs == ("dense", "start_output", "dense_output")


def test_names_that_would_be_read_otherwise_are_changed_and_noted():
    start = keras.Input((3,), name="start")
    model = keras.Model(start, layers.Dense(2, name="a" * 200)(layers.Dense(2, name="tail")(start)))
    text = model.to_json().replace('"tail"', '"block/1"')
    got = import_model(text)
    assert [node.id for node in got.design.nodes] == ["block_1", "a" * 110]
    assert len(got.notes) == 1
    assert "block/1" in got.notes[0]


def test_an_axis_that_is_the_last_one_is_written_as_the_last_one():
    image = keras.Input((8, 8, 3), name="image")
    normal = layers.BatchNormalization(axis=3, name="norm")(layers.Conv2D(4, 3, name="conv")(image))
    joined = layers.Concatenate(axis=3, name="joined")([normal, normal])
    nodes = nodes_of(keras.Model(image, joined))
    assert [node.get("params", {}).get("axis") for node in nodes] == [None, None, None]


def test_an_input_of_open_size_stays_open():
    image = keras.Input((None, None, 3), name="image")
    got = imported(keras.Model(image, layers.GlobalAveragePooling2D(name="mean")(image)))
    assert got.design.inputs[0].shape == (None, None, 3)
    assert describe(got.design)["outputs"] == [{"node": "mean", "output_shape": [None, 3]}]


def test_the_same_text_as_bytes_with_a_byte_order_mark_gives_the_same_design():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2, name="größe")])
    text = model.to_json()
    assert import_model(b"\xef\xbb\xbf" + text.encode()) == import_model(text)


def test_a_sequential_model_without_an_input_layer_takes_the_shape_it_was_built_with():
    document = {
        "class_name": "Sequential",
        "config": {
            "name": "old",
            "layers": [
                {"class_name": "Dense", "config": {"name": "d", "units": 2, "batch_input_shape": [None, 4]}}
            ],
        },
        "keras_version": "2.4.0",
    }
    got = import_model(json.dumps(document))
    assert [model_input.shape for model_input in got.design.inputs] == [(4,)]

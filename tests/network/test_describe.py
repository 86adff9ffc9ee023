import json
import math

import keras
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blocks._shapes import without_weights
from blockwright.design.parse import read_design
from blockwright.design.presets import presets
from blockwright.inference import cost_estimator as measuring
from blockwright.network import build, describe
from blockwright.network.model import DesignedModel
from blockwright.schema.design import Design
from tests.network.designs import classifier, design, node

PRESETS = presets()


def row(described: dict, node_id: str) -> dict:
    return next(one for one in described["nodes"] if one["id"] == node_id)


def as_built(made: Design) -> list[tuple]:
    """Id, output shape, parameters and trainable ones of every node, as Keras has them after building."""
    model = build(made)
    return built_rows(made, model, model.build_graph())


def as_built_without_weights(made: Design) -> list[tuple]:
    """The same for a network whose weights would fill the memory."""
    with without_weights():
        model = DesignedModel(made)
        return built_rows(made, model, model.build_graph())


def built_rows(made: Design, model: DesignedModel, graph: keras.Model) -> list[tuple]:
    rows = []
    for one in made.nodes:
        layers = model._layer_graph.layers_of(one.id)
        shape = list(graph.get_layer(layers[-1].name).output.shape)
        trainable = [math.prod(weight.shape) for layer in layers for weight in layer.trainable_weights]
        rows.append((one.id, shape, sum(layer.count_params() for layer in layers), sum(trainable)))
    return rows


def as_described(made: Design) -> list[tuple]:
    return [
        (one["id"], one["output_shape"], one["params"], one["trainable_params"])
        for one in describe(made)["nodes"]
    ]


@pytest.mark.parametrize("preset", PRESETS, ids=[preset.key for preset in PRESETS])
def test_every_preset_is_described_as_it_is_built(preset):
    described = describe(preset.design)
    assert described["total_params"] == preset.params
    assert not [one for one in described["findings"] if one["severity"] == "error"]
    built = as_built_without_weights(preset.design) if preset.big else as_built(preset.design)
    assert as_described(preset.design) == built
    json.dumps(described, allow_nan=False)


def test_one_network_counted_by_hand():
    described = describe(
        design(
            node("Conv2D", "conv", filters=4, kernel_size=3),
            node("BatchNormalization", "norm"),
            node("MaxPooling2D", "pool"),
            node("Flatten", "flat"),
            node("Dense", "head", units=2, activation="softmax"),
            shape=(6, 6, 1),
        )
    )
    described.pop("findings")
    keys = (
        "id",
        "block",
        "enabled",
        "inputs",
        "output_shape",
        "params",
        "trainable_params",
        "macs",
        "activation_bytes",
    )
    rows = [
        ("conv", "Conv2D", True, ["image"], [None, 4, 4, 4], 40, 40, 16 * 9 * 4, 64 * 4),
        ("norm", "BatchNormalization", True, ["conv"], [None, 4, 4, 4], 16, 8, 0, 64 * 4),
        ("pool", "MaxPooling2D", True, ["norm"], [None, 2, 2, 4], 0, 0, 0, 16 * 4),
        ("flat", "Flatten", True, ["pool"], [None, 16], 0, 0, 0, 16 * 4),
        ("head", "Dense", True, ["flat"], [None, 2], 34, 34, 32, 2 * 4),
    ]
    assert described == {
        "name": "Test",
        "nodes": [dict(zip(keys, one, strict=True)) for one in rows],
        "outputs": [{"node": "head", "output_shape": [None, 2]}],
        "total_params": 90,
        "trainable_params": 82,
        "non_trainable_params": 8,
        "macs": 608,
        "activation_bytes": 648,
    }


@pytest.mark.parametrize(
    ("block", "params", "macs"),
    [
        ("Conv2D", {"filters": 8, "kernel_size": 3, "groups": 2}, 6 * 6 * 9 * 2 * 8),
        ("SeparableConv2D", {"filters": 8, "kernel_size": 3, "depth_multiplier": 2}, 6 * 6 * 8 * (9 + 8)),
        ("DepthwiseConv2D", {"kernel_size": 3, "depth_multiplier": 2}, 6 * 6 * 8 * 9),
        ("Dense", {"units": 5}, 8 * 8 * 4 * 5),
        ("ConvBlock", {"filters": 8}, 8 * 8 * 9 * 4 * 8),
        ("InceptionBlock", {"filters_1x1": 2, "filters_3x3": 3}, 8 * 8 * 4 * (2 + 27)),
        ("UpSampling2D", {}, 0),
    ],
)
def test_multiply_adds(block, params, macs):
    described = describe(design(node(block, "it", **params), shape=(8, 8, 4)))
    assert row(described, "it")["macs"] == macs


def test_what_a_block_holds_inside_counts_as_activation_memory():
    described = describe(design(node("ConvBlock", "it", filters=2), shape=(8, 8, 4)))
    assert row(described, "it")["activation_bytes"] == 3 * 8 * 8 * 2 * 4


def test_open_sizes_stay_open():
    described = describe(classifier(node("ConvBlock", "stem", filters=8), shape=(None, None, 3)))
    assert row(described, "stem")["output_shape"] == [None, None, None, 8]
    assert row(described, "stem")["macs"] is None
    assert row(described, "stem")["activation_bytes"] is None
    assert described["outputs"] == [{"node": "head", "output_shape": [None, 10]}]
    assert described["total_params"] == 256 + 90
    assert described["macs"] is None


def test_a_disabled_node_passes_through_and_costs_nothing():
    off = {**node("DownsampleBlock", "down", filters=8), "enabled": False}
    described = describe(classifier(node("ConvBlock", "stem", filters=4), off))
    assert row(described, "down") == {
        "id": "down",
        "block": "DownsampleBlock",
        "enabled": False,
        "inputs": ["stem"],
        "output_shape": [None, 28, 28, 4],
        "params": 0,
        "trainable_params": 0,
        "macs": 0,
        "activation_bytes": 0,
    }


def test_ten_billion_parameters_are_counted_and_refused_without_being_made():
    huge = design(
        node("Flatten"),
        node("Dense", "wide", units=100_000),
        node("Dense", "wider", units=100_000),
        shape=(8, 8, 1),
    )
    described = describe(huge)
    assert row(described, "wider")["params"] == 10_000_100_000
    found = [one for one in described["findings"] if one["code"] == "too-many-parameters"]
    assert [(one["node"], one["severity"]) for one in found] == [("wider", "error")]
    assert "10,000,100,000 parameters" in found[0]["message"]


def test_what_lies_before_an_error_is_still_answered():
    described = describe(
        classifier(
            node("Conv2D", "conv", filters=4, kernel_size=3),
            node("Reshape", "wrong", target_shape=[5, 5]),
            node("ConvBlock", "below", filters=4),
        )
    )
    assert row(described, "conv")["output_shape"] == [None, 26, 26, 4]
    for node_id in ("wrong", "below", "pool", "head"):
        assert row(described, node_id)["output_shape"] is None
        assert row(described, node_id)["params"] is None
    assert described["outputs"] == [{"node": "head", "output_shape": None}]
    assert described["total_params"] == 40
    assert [one["node"] for one in described["findings"] if one["severity"] == "error"] == ["wrong"]


@pytest.mark.parametrize(
    "nodes",
    [
        [],
        [node("Lambda", "x")],
        [node("Dense", "a", inputs=["b"], units=2), node("Dense", "b", inputs=["a"], units=2)],
        [node("ReLU", "a"), node("ReLU", "a")],
        [node("ReLU", "image")],
        [node("ReLU", "a", inputs=["ghost"])],
        [node("Dense", "a", units=-1, colour="red")],
        [node("Concatenate", "a", inputs=["image", "image"], axis=0)],
        [{**node("ReLU", "a"), "enabled": False}],
    ],
)
def test_any_wrong_design_is_answered(nodes):
    described = describe(design(*nodes), {"name": "digits", "shape": [8, 8, 1], "num_classes": 10})
    assert len(described["nodes"]) == len(nodes)
    assert [one["severity"] for one in described["findings"]].count("error") >= 1
    json.dumps(described, allow_nan=False)


def test_several_inputs_and_outputs():
    made = read_design(
        {
            "format": 1,
            "inputs": [{"id": "left", "shape": [8, 8, 1]}, {"id": "right", "shape": [8, 8, 3]}],
            "nodes": [
                node("ConvBlock", "a", ["left"], filters=4),
                node("ConvBlock", "b", ["right"], filters=4),
                node("Add", "sum", ["a", "b"]),
                node("GlobalAveragePooling2D", "pool"),
                node("Dense", "kind", ["pool"], units=3, activation="softmax"),
                node("Dense", "size", ["pool"], units=1, activation="sigmoid"),
            ],
            "outputs": ["kind", "size"],
        }
    )
    described = describe(made)
    assert described["findings"] == []
    assert described["outputs"] == [
        {"node": "kind", "output_shape": [None, 3]},
        {"node": "size", "output_shape": [None, 1]},
    ]
    assert as_described(made) == as_built(made)


sizes = st.integers(1, 3)
STEPS = st.one_of(
    st.builds(
        lambda f, k, s, p: ("ConvBlock", {"filters": f, "kernel_size": k, "strides": s, "padding": p}),
        st.integers(1, 6),
        st.one_of(sizes, st.tuples(sizes, sizes).map(list)),
        sizes,
        st.sampled_from(["same", "valid"]),
    ),
    st.builds(
        lambda f, g, k, d, b: (
            "Conv2D",
            {"filters": f * g, "kernel_size": k, "dilation_rate": d, "use_bias": b},
        ),
        st.integers(1, 4),
        st.just(1),
        sizes,
        sizes,
        st.booleans(),
    ),
    st.builds(
        lambda f, k, m, b: (
            "SeparableConv2D",
            {"filters": f, "kernel_size": k, "depth_multiplier": m, "use_bias": b},
        ),
        st.integers(1, 4),
        sizes,
        sizes,
        st.booleans(),
    ),
    st.builds(lambda k, s: ("DepthwiseConv2D", {"kernel_size": k, "strides": s}), sizes, sizes),
    st.builds(
        lambda k, s, p: ("MaxPooling2D", {"pool_size": k, "strides": s, "padding": p}),
        sizes,
        st.none() | sizes,
        st.sampled_from(["same", "valid"]),
    ),
    st.builds(lambda f: ("InceptionBlock", {"filters_1x1": f, "filters_3x3": f + 1}), sizes),
    st.builds(lambda f: ("DownsampleBlock", {"filters": f}), sizes),
    st.builds(
        lambda f, p: ("ResidualBlock", {"filters_1": f, "filters_2": 2, "filters_3": f + 1, "pool": p}),
        sizes,
        st.booleans(),
    ),
    st.builds(lambda c, s: ("BatchNormalization", {"center": c, "scale": s}), st.booleans(), st.booleans()),
    st.builds(lambda c: ("LayerNormalization", {"center": c}), st.booleans()),
    st.builds(lambda k: ("ZeroPadding2D", {"padding": k}), sizes),
    st.builds(lambda k: ("UpSampling2D", {"size": k}), st.integers(1, 2)),
    st.sampled_from(
        [
            ("ReLU", {}),
            ("Dropout", {"rate": 0.5}),
            ("CenterCrop", {"height": 5, "width": 4}),
            ("Resizing", {"height": 6, "width": 9}),
            ("Rescaling", {"scale": 0.5}),
            ("AveragePooling2D", {}),
        ]
    ),
)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEPS, min_size=1, max_size=5), st.integers(5, 16), st.integers(1, 3))
def test_random_designs_are_described_as_they_are_built(steps, side, channels):
    nodes = [node(block, f"n{place}", **params) for place, (block, params) in enumerate(steps)]
    made = classifier(*nodes, shape=(side, side + 1, channels))
    errors = [one for one in describe(made)["findings"] if one["severity"] == "error"]
    if errors:
        assert {one["code"] for one in errors} <= {"too-small"}
    else:
        assert as_described(made) == as_built(made)
        result = build(made)(np.zeros((2, side, side + 1, channels), "float32"))
        assert tuple(result.shape) == (2, 10)


def test_an_edit_measures_only_what_changed(monkeypatch):
    nodes = [node("ConvBlock", f"n{place}", filters=8) for place in range(40)]
    describe(classifier(*nodes))
    measured = []
    original = measuring._measure
    monkeypatch.setattr(measuring, "_measure", lambda *args: measured.append(args[1]) or original(*args))
    describe(classifier(*nodes))
    assert measured == []
    nodes[20] = node("ConvBlock", "n20", filters=9)
    describe(classifier(*nodes))
    assert measured == ["ConvBlock", "ConvBlock"]


def test_describing_leaves_nothing_behind_in_keras():
    from keras.src.backend.common import global_state

    describe(classifier(node("SeparableConv2D", filters=7, kernel_size=3), node("LayerNormalization")))
    assert not global_state.get_global_attribute("uninitialized_variables", [])
    assert keras.config.dtype_policy().name == "float32"

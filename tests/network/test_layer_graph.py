"""Blocks of a design's own, repetition, shared weights and second results, as Keras models and as numbers."""

from itertools import pairwise

import keras
import numpy as np
import pytest

from blockwright.design.composites import MAX_DEPTH
from blockwright.design.edits import apply_edits
from blockwright.design.parse import read_design
from blockwright.inference import shape_inference
from blockwright.network import build, describe
from blockwright.network.describe import describe_inside
from blockwright.network.summary import summary
from blockwright.schema.findings import DesignError, Fix
from tests.network.designs import node

UNIT = {
    "inputs": ["x"],
    "params": {"filters": 8},
    "nodes": [
        {"id": "conv", "block": "ConvBlock", "params": {"filters": {"param": "filters"}}},
        {"id": "sum", "block": "Add", "inputs": ["x", "conv"]},
    ],
}
TWO = {
    "inputs": ["a", "b"],
    "nodes": [
        {"id": "u", "block": "Unit", "params": {"filters": 4}, "inputs": ["a"]},
        {"id": "m", "block": "Maximum", "inputs": ["u", "b"]},
    ],
    "outputs": ["u", "m"],
}


def rich() -> dict:
    """Two inputs, two outputs, a block within a block, three copies, shared weights, second results."""
    return {
        "format": 1,
        "name": "Rich",
        "inputs": [{"id": "left", "shape": [8, 8, 4]}, {"id": "right", "shape": [8, 8, 4]}],
        "nodes": [
            {
                "id": "stem",
                "block": "Conv2D",
                "params": {"filters": 4, "kernel_size": 3, "padding": "same"},
            },
            {"id": "stage", "block": "Unit", "params": {"filters": 4}, "repeat": 3},
            {"id": "twin", "block": "Conv2D", "inputs": ["right"], "shares": "stem"},
            {"id": "pair", "block": "Two", "inputs": ["stage", "twin"]},
            {"id": "sum", "block": "Add", "inputs": ["pair", "pair/1"]},
            {"id": "pool", "block": "GlobalAveragePooling2D"},
            {"id": "head", "block": "Dense", "params": {"units": 3, "activation": "softmax"}},
            {
                "id": "side",
                "block": "Dense",
                "params": {"units": 2, "activation": "softmax"},
                "inputs": ["pool"],
            },
        ],
        "outputs": ["head", "side"],
        "composites": {"Unit": UNIT, "Two": TWO},
    }


def small(*nodes: dict, shape: tuple = (8, 8, 4), **more: object) -> dict:
    return {"format": 1, "inputs": [{"id": "x", "shape": list(shape)}], "nodes": list(nodes), **more}


def only_finding(design: dict, code: str) -> tuple[str, Fix | None]:
    found = [one for one in describe(design)["findings"] if one["code"] == code]
    assert len(found) == 1
    return found[0]["message"], found[0]["fix"]


def test_described_costs_are_those_that_keras_builds() -> None:
    described = describe(rich())
    model = build(rich())
    assert [one for one in described["findings"] if one["severity"] == "error"] == []
    assert described["total_params"] == model.count_params() == 829
    trainable = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    assert described["trainable_params"] == trainable
    shapes = {row["id"]: row["output_shape"] for row in described["nodes"]}
    graph = model.build_graph()
    assert [list(one.shape) for one in graph.outputs] == [shapes["head"], shapes["side"]]


def test_a_shared_layer_is_counted_once_and_works_twice() -> None:
    rows = {row["id"]: row for row in describe(rich())["nodes"]}
    assert (rows["stem"]["params"], rows["twin"]["params"]) == (148, 0)
    assert rows["stem"]["macs"] == rows["twin"]["macs"] > 0


def test_the_graph_and_the_opened_graph_give_the_numbers_of_the_model() -> None:
    model = build(rich())
    generator = np.random.default_rng(0)
    given = [generator.normal(size=(2, 8, 8, 4)).astype("float32") for _ in range(2)]
    plain, opened = model.build_graph(), model.build_graph(expanded=True)
    for ours, graph, inside in zip(model(given), plain(given), opened(given), strict=True):
        np.testing.assert_allclose(ours, graph, atol=1e-6)
        np.testing.assert_allclose(ours, inside, atol=1e-6)
    assert not any(type(layer).__module__.startswith("block") for layer in opened.layers)
    assert [layer.name for layer in plain.layers if layer.name.startswith("stage")] == [
        "stage.1",
        "stage.2",
        "stage.3",
    ]


def test_every_copy_has_weights_of_its_own_and_all_of_them_are_trained() -> None:
    model = build(
        small(
            {"id": "stage", "block": "Unit", "params": {"filters": 4}, "repeat": 3}, composites={"Unit": UNIT}
        )
    )
    assert len({id(weight) for weight in model.trainable_weights}) == 3 * 4
    model.compile("sgd", "mse")
    before = [weight.numpy().copy() for weight in model.trainable_weights]
    generator = np.random.default_rng(1)
    x = generator.normal(size=(8, 8, 8, 4)).astype("float32")
    model.fit(x, generator.normal(size=x.shape), epochs=1, verbose=0)
    moved = [
        bool(np.any(old != new.numpy())) for old, new in zip(before, model.trainable_weights, strict=True)
    ]
    assert all(moved)


def test_a_block_of_a_design_is_a_layer_class_of_that_name_and_comes_back_from_its_config() -> None:
    layer = build(rich()).part("pair")
    assert isinstance(layer, keras.layers.Layer)
    assert type(layer).__name__ == "Two"
    again = type(layer).from_config(layer.get_config())
    assert again.get_config() == layer.get_config()


def test_a_saved_model_with_own_blocks_loads_and_predicts_the_same(tmp_path) -> None:
    model = build(rich())
    given = [np.ones((1, 8, 8, 4), "float32")] * 2
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    for ours, theirs in zip(model(given), loaded(given), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_a_bfloat16_model_with_own_blocks_gives_float32() -> None:
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = build(rich())
        outputs = model([np.ones((1, 8, 8, 4), "float32")] * 2)
    finally:
        keras.config.set_dtype_policy(before)
    assert {one.dtype.name for one in outputs} == {"float32"}
    assert model.part("pair").compute_dtype == "bfloat16"


def test_a_recurrent_layer_gives_its_states_as_further_results() -> None:
    design = small(
        {"id": "memory", "block": "LSTM", "params": {"units": 5, "return_state": True}},
        {"id": "state", "block": "Dense", "params": {"units": 2}, "inputs": ["memory/2"]},
        shape=(6, 3),
    )
    described = describe(design)
    assert [row["output_shape"] for row in described["nodes"]] == [[None, 5], [None, 2]]
    assert described["total_params"] == build(design).count_params()


def test_a_result_that_a_node_does_not_give_is_found() -> None:
    design = small(
        {"id": "a", "block": "Flatten"},
        {"id": "b", "block": "Dense", "params": {"units": 2}, "inputs": ["a/1"]},
    )
    message, fix = only_finding(design, "no-such-result")
    assert '"a" outputs one result' in message
    assert "no-such-result" not in [one["code"] for one in describe(_mended(design, fix))["findings"]]


def _mended(design: dict, fix: dict) -> dict:
    return apply_edits(read_design(design), fix["edits"]).document()


def test_a_copy_that_cannot_go_on_from_the_one_before_is_named() -> None:
    design = small({"id": "shrink", "block": "MaxPooling2D", "repeat": 5})
    message, fix = only_finding(design, "repeat-shape")
    assert "copy 4 cannot take" in message
    assert [one["code"] for one in describe(_mended(design, fix))["findings"]] == ["no-head"]


def test_a_node_that_reads_several_cannot_be_repeated() -> None:
    design = small(
        {"id": "r", "block": "ReLU"}, {"id": "sum", "block": "Subtract", "inputs": ["x", "r"], "repeat": 2}
    )
    _, fix = only_finding(design, "repeat")
    assert describe(_mended(design, fix))["nodes"][1]["output_shape"] == [None, 8, 8, 4]


def test_weights_made_for_another_shape_cannot_be_shared() -> None:
    design = small(
        {"id": "a", "block": "Dense", "params": {"units": 6}}, {"id": "b", "block": "Dense", "shares": "a"}
    )
    message, fix = only_finding(design, "shared-shape")
    assert 'uses the weights of "a"' in message
    assert describe(_mended(design, fix))["nodes"][1]["output_shape"] == [None, 8, 8, 6]


def test_what_does_not_fit_inside_is_said_at_the_node_that_uses_it() -> None:
    wrong = {
        **UNIT,
        "nodes": [{**UNIT["nodes"][0], "params": {"filters": 8, "padding": "valid"}}, UNIT["nodes"][1]],
        "params": {},
    }
    design = small({"id": "u", "block": "Unit"}, {"id": "below", "block": "ReLU"}, composites={"Unit": wrong})
    message, _ = only_finding(design, "inside")
    assert message.startswith('`Unit` "u" cannot take 8 x 8 x 4, because of what is inside: `Add` "sum"')
    assert [row["output_shape"] for row in describe(design)["nodes"]] == [None, None]
    with pytest.raises(DesignError, match="because of what is inside"):
        build(design)


def test_wrong_arguments_inside_are_found_in_the_definition() -> None:
    wrong = {
        **UNIT,
        "nodes": [{"id": "conv", "block": "ConvBlok"}, {"id": "p", "block": "Dense", "params": {"units": 0}}],
        "params": {},
    }
    design = small({"id": "u", "block": "Unit"}, composites={"Unit": wrong})
    codes = {one["code"]: one for one in describe(design)["findings"]}
    assert codes["unknown-block"]["message"].startswith("In the block `Unit`: ")
    assert codes["unknown-block"]["fix"]["edits"][0]["in"] == "Unit"
    assert "param" in codes


def test_an_argument_of_a_block_has_the_range_of_the_one_inside() -> None:
    design = small({"id": "u", "block": "Unit", "params": {"filters": 0}}, composites={"Unit": UNIT})
    message, _ = only_finding(design, "param")
    assert (
        message == '`filters` of `Unit` "u" must be a whole number between 1 and 4096. Received: filters=0.'
    )


def test_a_block_with_the_name_of_one_of_the_palette_is_refused() -> None:
    design = small(
        {"id": "u", "block": "ConvBlock", "params": {"filters": 4}}, composites={"ConvBlock": UNIT}
    )
    assert "composite-name" in [one["code"] for one in describe(design)["findings"]]
    with pytest.raises(DesignError, match="both have a block `ConvBlock`"):
        build(design)


@pytest.mark.parametrize("block", ["A", "B"])
def test_blocks_that_contain_each_other_are_refused_and_never_built(block: str) -> None:
    ring = {
        "A": {"inputs": ["x"], "nodes": [{"id": "b", "block": "B"}]},
        "B": {"inputs": ["x"], "nodes": [{"id": "a", "block": "A"}]},
    }
    design = small({"id": "u", "block": block}, composites=ring)
    with pytest.raises(DesignError, match="contains itself"):
        build(design)


def test_the_deepest_nesting_that_is_read_is_also_built() -> None:
    names = [f"N{number}" for number in range(MAX_DEPTH)]
    nested = {names[0]: {"inputs": ["x"], "nodes": [{"id": "d", "block": "Dense", "params": {"units": 2}}]}}
    for inner, outer in pairwise(names):
        nested[outer] = {"inputs": ["x"], "nodes": [{"id": "n", "block": inner}]}
    design = small({"id": "u", "block": names[-1]}, composites=nested, shape=(3,))
    assert describe(design)["total_params"] == build(design).count_params() == 8


def test_the_inside_of_a_block_is_described_as_its_first_use_sees_it() -> None:
    inside = describe_inside(rich(), "Unit")
    assert inside["node"] == "stage"
    assert inside["inputs"] == [{"id": "x", "shape": [None, 8, 8, 4]}]
    assert [(row["id"], row["output_shape"], row["params"]) for row in inside["nodes"]] == [
        ("conv", [None, 8, 8, 4], 164),
        ("sum", [None, 8, 8, 4], 0),
    ]
    design = rich()
    design["composites"]["Spare"] = UNIT
    assert describe_inside(design, "Spare")["node"] is None


def test_the_summary_names_every_copy_and_counts_shared_weights_once() -> None:
    found = summary(read_design(rich()))
    assert [row["layer"] for row in found["rows"] if row["type"] == "Unit"] == [
        "stage.1",
        "stage.2",
        "stage.3",
    ]
    assert found["total_params"] == 829


def test_a_network_too_large_to_write_out_is_answered_at_once() -> None:
    nested = {"A": {"inputs": ["x"], "nodes": [{"id": "r", "block": "UpSampling2D", "repeat": 100}]}}
    for inner, outer in pairwise("ABCDEF"):
        nested[outer] = {"inputs": ["x"], "nodes": [{"id": "n", "block": inner, "repeat": 100}]}
    described = describe(small({"id": "u", "block": "F"}, composites=nested))
    assert "too-many-layers" in [one["code"] for one in described["findings"]]
    assert described["nodes"][0]["output_shape"] is None


def binary_tree(depth: int) -> dict:
    """Blocks of two blocks of two blocks …, with a ReLU at each of the 2 ** depth ends."""
    nested = {}
    for level in range(depth):
        block = f"L{level - 1}" if level else "ReLU"
        nested[f"L{level}"] = {"inputs": ["x"], "nodes": [{"id": one, "block": block} for one in "ab"]}
    return small({"id": "u", "block": f"L{depth - 1}"}, composites=nested)


def test_what_is_inside_blocks_inside_blocks_runs_once_to_be_built(monkeypatch) -> None:
    ran = []
    run = keras.layers.ReLU.call

    def counted(layer: keras.layers.ReLU, inputs: object) -> object:
        ran.append(layer.name)
        return run(layer, inputs)

    monkeypatch.setattr(keras.layers.ReLU, "call", counted)
    build(binary_tree(5))
    assert len(ran) == len(set(ran)) == 32


def test_what_stands_for_a_definition_is_worked_out_once_in_an_answer(monkeypatch) -> None:
    marked = []
    mark = shape_inference._fingerprint

    def counted(design: object, block: str) -> str:
        marked.append(block)
        return mark(design, block)

    monkeypatch.setattr(shape_inference, "_fingerprint", counted)
    design = binary_tree(3)
    design["nodes"] = [{"id": f"u{number}", "block": "L2"} for number in range(9)]
    describe(design)
    assert len(marked) == len(set(marked))
    assert "L2" in marked


def test_blocks_nested_without_end_in_sight_are_answered() -> None:
    names = [f"N{number}" for number in range(100)]
    nested = {names[0]: {"inputs": ["x"], "nodes": [{"id": "d", "block": "ReLU"}]}}
    for inner, outer in pairwise(names):
        nested[outer] = {"inputs": ["x"], "nodes": [{"id": "n", "block": inner}]}
    described = describe(small({"id": "u", "block": names[-1]}, composites=nested))
    assert "composite-depth" in [one["code"] for one in described["findings"]]


def test_an_output_that_a_node_does_not_give_is_found() -> None:
    design = small({"id": "a", "block": "Flatten"}, outputs=["a/3"])
    _, fix = only_finding(design, "no-such-result")
    assert describe(_mended(design, fix))["outputs"] == [{"node": "a", "output_shape": [None, 256]}]


def test_the_first_result_of_an_input_and_of_a_node_that_is_off_has_a_number_too() -> None:
    design = small(
        {"id": "off", "block": "ReLU", "enabled": False, "inputs": ["x/0"]},
        {"id": "flat", "block": "Flatten", "inputs": ["off/0"]},
    )
    assert [one["code"] for one in describe(design)["findings"] if one["severity"] == "error"] == []
    assert build(design).build_graph().output_shape == (None, 256)


@pytest.mark.parametrize("inner", ["Unit", "Outer"])
def test_numbers_given_to_a_normalization_inside_a_block_are_used(inner: str):
    fixed = node("Normalization", "fixed", mean=[0.5], variance=[4.0])
    blocks = {
        "Unit": {"inputs": ["x"], "nodes": [fixed]},
        "Outer": {"inputs": ["x"], "nodes": [node("Unit", "unit")]},
    }
    document = {
        "format": 1,
        "name": "Test",
        "inputs": [{"id": "row", "shape": [3]}],
        "nodes": [node(inner, "one")],
        "composites": blocks,
    }
    network = build(document)
    values = np.array([[0.5, 2.5, -1.5]], "float32")
    for one in (network, network.build_graph(), network.build_graph(expanded=True)):
        np.testing.assert_allclose(one(values), [[0.0, 1.0, -1.0]], atol=1e-6)

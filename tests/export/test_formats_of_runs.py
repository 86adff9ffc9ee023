"""Networks of several inputs and outputs, with blocks of their own or texts, as files of each format."""

import ast
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from blockwright.codegen import generate
from blockwright.codegen.program.layer_naming import input_names
from blockwright.codegen.program.program import output_names
from blockwright.design.embedded_design import read_code
from blockwright.export.formats import FORMATS
from blockwright.export.readme import class_name, usage
from blockwright.export.verify import _seeded, answers, network_answers
from blockwright.export.writers import _refusal
from blockwright.network.model import build
from blockwright.schema.design import Design
from blockwright.training.adapt import adapt, save_adapted
from blockwright.training.artifacts import WEIGHTS, load_weights
from blockwright.training.pipeline import as_tensor
from tests.codegen.apis.test_network import composed, made
from tests.codegen.learning import OUTER, RANGES, WORDS
from tests.codegen.running import values_of
from tests.network.designs import node

ENDINGS = {"keras_plain": "a.keras", "keras_blocks": "a.keras", "weights": "a.weights.h5", "onnx": "a.onnx"}


def several() -> Design:
    """Two inputs; two outputs whose names are not in the order of the design."""
    return made(
        [("numbers", (4,)), ("two words", (6, 5))],
        [
            node("LSTM", "read", ["two words"], units=4),
            node("Concatenate", "all", ["numbers", "read"]),
            node("Dense", "b", units=2),
            node("Dense", "a", ["all"], units=3),
        ],
        ["b", "a"],
    )


@pytest.mark.parametrize("kind", ENDINGS)
@pytest.mark.parametrize("design", [several, composed])
def test_a_file_gives_all_answers_of_the_network(kind, design, tmp_path):
    network = build(design())
    examples = _seeded(design())
    expected = network_answers(network, examples)
    path = tmp_path / ENDINGS[kind]
    FORMATS[kind].write(network, path)
    found = answers(FORMATS[kind].open(path, network), examples.inputs)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)


def nested() -> Design:
    """Blocks within blocks, repeated at every level, shared inside and outside, in the order that code runs in.

    One is called as a class that code needs itself, so that it has another name there, and so have parts of it.
    """
    inner = {
        "inputs": ["x"],
        "nodes": [
            {**node("Dense", "zz", units=4, activation="tanh"), "repeat": 2},
            node("LayerNormalization", "parts"),
            node("Dense", "a", ["parts"], units=4),
            {"id": "b", "block": "Dense", "shares": "a", "inputs": ["a"]},
            {**node("Dense", "off", units=4), "enabled": False},
        ],
    }
    outer = {
        "inputs": ["x"],
        "params": {"size": 4},
        "nodes": [
            {**node("Model", "twice"), "repeat": 2},
            node("Model", "call"),
            {"id": "again", "block": "Model", "shares": "call", "inputs": ["call"]},
            node("Dense", "dense", units={"param": "size"}),
            node("MLPBlock", "build", units=[5, 4]),
        ],
    }
    return made(
        [("row", (4,))],
        [
            {**node("Outer", "outer", size=3), "repeat": 2},
            node("Outer", "one"),
            {"id": "two", "block": "Outer", "shares": "one", "inputs": ["one"]},
            node("Model", "model"),
            node("Dense", "answer", units=3),
        ],
        composites={"Model": inner, "Outer": outer},
    )


@pytest.mark.slow
@pytest.mark.parametrize("design", [several, composed, nested])
def test_weights_fit_the_code_of_a_network(design: Callable[[], Design], tmp_path: Path):
    plan = design()
    network, examples = build(plan), _seeded(plan)
    numbers = np.random.default_rng(0)
    for weight in network.weights:
        weight.assign(numbers.uniform(0.1, 0.9, weight.shape))
    expected = network_answers(network, examples)
    path = tmp_path / "a.weights.h5"
    FORMATS["weights"].write(network, path)
    text = generate(plan, "subclassing").text
    model = values_of(text)[class_name(text)]()
    model.build_graph().load_weights(path)
    given = dict(zip(input_names(plan), examples.inputs, strict=True))
    found = model(given if len(given) > 1 else examples.inputs[0], training=False)
    found = [found[key] for key in output_names(plan)] if isinstance(found, dict) else [found]
    for one, wanted in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, wanted, rtol=1e-6, atol=1e-6)
    # Writing leaves the network as it was, to train on or to be kept.
    network.save_weights(tmp_path / "b.weights.h5")
    again = build(plan)
    again.load_weights(tmp_path / "b.weights.h5")
    for one, wanted in zip(network_answers(again, examples), expected, strict=True):
        np.testing.assert_array_equal(one, wanted)


def learnt() -> Design:
    """Words and ranges that are learnt inside blocks, in blocks and repeated."""
    ranges = [{**node("Ranged", "ranged"), "repeat": 2}, node("Dense", "progression", ["ranged"], units=1)]
    words = [
        node("Outer", "body words", ["body"]),
        {"id": "again", "block": "Outer", "shares": "body words", "inputs": ["title"]},
        node("Add", "sum", ["body words", "again"]),
    ]
    return made(
        [("body", (1,), "string"), ("title", (1,), "string"), ("patient", (4,))],
        [*words, {**ranges[0], "inputs": ["patient"]}, ranges[1]],
        ["sum", "progression"],
        composites={"Words": WORDS, "Outer": OUTER, "Ranged": RANGES},
    )


@pytest.mark.parametrize("kind", ["keras_plain", "keras_blocks"])
def test_a_file_keeps_what_was_learnt_inside_blocks(kind: str, tmp_path: Path):
    design = learnt()
    network = build(design)
    numbers = np.random.default_rng(0)
    texts = np.array([["a good day"], ["the bad one"], ["so it is good"], ["or not"]], dtype=object)
    inputs = {"body": texts, "title": texts[::-1], "patient": numbers.normal(size=(4, 4)).astype("float32")}
    assert len(adapt(network, inputs)) == 7
    save_adapted(network, tmp_path)
    network.save_weights(tmp_path / WEIGHTS)
    expected = network([as_tensor(one) for one in inputs.values()], training=False)
    FORMATS[kind].write(network, tmp_path / "a.keras")
    again = build(design)
    load_weights(again, tmp_path)
    for found in (
        again([as_tensor(one) for one in inputs.values()], training=False),
        FORMATS[kind].open(tmp_path / "a.keras", network)([as_tensor(one) for one in inputs.values()]),
    ):
        for one, wanted in zip(found, expected, strict=True):
            np.testing.assert_allclose(one, wanted, atol=1e-6)


def test_what_a_format_cannot_hold_is_said_before_any_work():
    texts = made([("title", (1,), "string")], [node("TextVectorization", "words", vocabulary=["a"])])
    assert 'ONNX has no operators for text, which the input "title" takes' in _refusal("onnx", texts)
    assert "TFLite has no operators for text" in _refusal("tflite", texts)
    assert _refusal("saved_model", texts) is None
    assert _refusal("weights", composed()) is None
    assert _refusal("keras_plain", composed()) is None


@pytest.mark.parametrize("kind", ["keras_plain", "keras_blocks", "weights", "saved_model", "onnx", "tflite"])
def test_several_inputs_and_outputs_are_used_by_their_names(kind):
    code = usage(kind, "file", ["numbers", "two_words"], ["b", "a"], "Test")
    assert code.startswith('inputs = {"numbers": numbers, "two_words": two_words}')
    assert "images" not in code
    ast.parse(code)


def test_a_file_carries_blocks_of_a_design_one_node_a_line():
    text = generate(composed(), "functional").text
    assert '#     "Stage": {"inputs": ["x"], "params": {"width": 6}, "nodes": [' in text
    assert read_code(text)["design"] == composed().document()

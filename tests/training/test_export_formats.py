"""Networks of several inputs and outputs, with blocks of their own or texts, as files of each format."""

import ast
from pathlib import Path

import numpy as np
import pytest

from blockwright.architecture.recover import read_code
from blockwright.architecture.spec import Design
from blockwright.modeling.exports import FORMATS
from blockwright.modeling.model import build
from blockwright.modeling.source import generate
from blockwright.modeling.source.plan import input_names, output_names
from blockwright.training.export_check import _seeded, answers, network_answers
from blockwright.training.export_contents import _refusal
from blockwright.training.export_texts import usage
from tests.modeling.designs import node
from tests.modeling.source.running import values_of
from tests.modeling.source.test_networks import composed, made

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


def test_weights_fit_the_code_of_a_network_with_several_outputs(tmp_path: Path):
    design = several()
    network, examples = build(design), _seeded(design)
    path = tmp_path / "a.weights.h5"
    FORMATS["weights"].write(network, path)
    text = generate(design, "subclassing").text
    name = next(one.name for one in ast.parse(text).body if isinstance(one, ast.ClassDef))
    model = values_of(text)[name]()
    model.build_graph().load_weights(path)
    found = model(dict(zip(input_names(design), examples.inputs, strict=True)))
    for key, expected in zip(output_names(design), network_answers(network, examples), strict=True):
        np.testing.assert_allclose(found[key], expected, atol=1e-6)


def test_what_a_format_cannot_hold_is_said_before_any_work():
    texts = made([("title", (1,), "string")], [node("TextVectorization", "words", vocabulary=["a"])])
    assert 'ONNX has no operators for text, which the input "title" takes' in _refusal("onnx", texts)
    assert "TFLite has no operators for text" in _refusal("tflite", texts)
    assert _refusal("saved_model", texts) is None
    assert "blocks of its own" in _refusal("weights", composed())
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

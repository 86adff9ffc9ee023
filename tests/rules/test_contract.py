"""The contract of every rule: documented, named once, triggered by an example, and fixed by its fix."""

import ast
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner

import blockwright.training.worker  # noqa: F401  every module with rules is imported by this one or by those below
from blockwright.cli.main import main
from blockwright.design.edits import apply_edits
from blockwright.design.parse import read_design
from blockwright.importing import import_model
from blockwright.inference.cost_estimator import ShapeError
from blockwright.inference.shape_inference import infer_shapes
from blockwright.network import build, describe
from blockwright.rules import sizes
from blockwright.rules.node_checks import check_nodes
from blockwright.schema.data.dataset_cards import card
from blockwright.schema.data.features import class_target, number_target, tag_target
from blockwright.schema.findings import DesignError
from blockwright.schema.rules import Rule, every_rule
from blockwright.tasks import task_of
from blockwright.tasks.output_spec import OutputSpec
from blockwright.training.setup.adapt import adapt
from blockwright.training.training_rules import NothingToTrain
from tests.network.designs import classifier, design, node

RULES = {rule.code: rule for rule in every_rule(Rule)}
RELU, DENSE = node("ReLU", "a"), node("Dense", "d", units=3)
UNIT = {"inputs": ["x"], "nodes": [node("ReLU", "r")]}
TWO_INPUTS = [{"id": "image", "shape": [4]}, {"id": "other", "shape": [4]}]


def nested(depth: int) -> dict:
    """Blocks that contain each other, so deep."""
    inner = [{"inputs": ["x"], "nodes": [node(f"B{level + 1}", "n")]} for level in range(depth - 1)]
    return {f"B{level}": one for level, one in enumerate([*inner, UNIT])}


DESIGNS = {
    "duplicate-name": design(RELU, RELU),
    "unconnected": design(node("ReLU", "a", [])),
    "dangling": design(node("ReLU", "a", ["gone"])),
    "dangling-output": design(RELU, outputs=["gone"]),
    "duplicate-output": design(RELU, outputs=["a", "a"]),
    "sharing": design(RELU, {**node("Flatten", "b"), "shares": "a"}),
    "cycle": design(node("ReLU", "a", ["b"]), node("ReLU", "b")),
    "empty": design(),
    "unused": design(RELU, node("ReLU", "side"), node("ReLU", "b", ["a"])),
    "unused-input": read_design({"format": 1, "inputs": TWO_INPUTS, "nodes": [node("ReLU", "a")]}),
    "input-as-output": design(RELU, outputs=["image", "a"]),
    "code-refused": design(node("Lambda", "a")),
    "unusable-block": design(
        node("Unit", "a"), composites={"Unit": {"inputs": ["x"], "nodes": [node("Unit", "u")]}}
    ),
    "unknown-block": design(node("Conv2d", "a", filters=3)),
    "unknown-param": design(node("ReLU", "a", strange=1)),
    "param": design(node("Dense", "a", units=-1)),
    "missing-param": design(node("Dense", "a")),
    "too-many-inputs": design(node("ReLU", "a", ["image", "image"])),
    "too-few-inputs": design(node("Dot", "a", ["image"])),
    "composite-cycle": design(
        node("Unit", "a"), composites={"Unit": {"inputs": ["x"], "nodes": [node("Unit", "u")]}}
    ),
    "composite-depth": design(node("B0", "a"), composites=nested(13)),
    "composite-name": design(node("Unit", "a"), composites={"Unit": UNIT, "Flatten": UNIT}),
    "composite-empty": design(node("Unit", "a"), composites={"Unit": {"inputs": ["x"], "nodes": []}}),
    "composite-unused": design(RELU, composites={"Unit": UNIT}),
    "too-many-layers": design(*({**node("ReLU", f"n{index}"), "repeat": 100} for index in range(51))),
    "unknown-argument": design(
        node("Unit", "a"),
        composites={"Unit": {"inputs": ["x"], "nodes": [node("Dropout", "r", rate={"param": "gone"})]}},
    ),
    "unused-argument": design(node("Unit", "a"), composites={"Unit": {**UNIT, "params": {"width": 3}}}),
    "no-such-result": design(RELU, node("ReLU", "b", ["a/1"])),
    "repeat": design({**node("Add", "a", ["image", "image"]), "repeat": 2}),
}


def read(inputs, *nodes):
    """A design with these inputs: `(id, shape, dtype)`."""
    entries = [{"id": name, "shape": shape, "dtype": dtype} for name, shape, dtype in inputs]
    return read_design({"format": 1, "name": "Test", "inputs": entries, "nodes": list(nodes)})


def head(activation, units=10):
    """A classifier that ends in that activation."""
    return design(node("Flatten"), node("Dense", "head", units=units, activation=activation))


def data(*targets, shape=(28, 28, 1)):
    """A data set of images with these targets."""
    feature = {"name": "image", "kind": "image", "shape": shape}
    return {"name": "Data", "features": [feature], "targets": [target.model_dump() for target in targets]}


TEXT, WHOLE, VECTOR = ("text", [1], "string"), ("image", [8, 8, 1], "int32"), ("x", [784], "float32")
WORDS = node("TextVectorization", "words", output_mode="multi_hot", max_tokens=50, pad_to_max_tokens=True)
A, B = node("ConvBlock", "a", filters=8), node("ConvBlock", "b", ["a"], filters=16)
FLAT = [
    node("Flatten", "flat"),
    node("Dense", "few", ["flat"], units=4),
    node("Dense", "more", ["flat"], units=6),
]
CLASSES, TAGS = (
    class_target(tuple("0123456789")),
    tag_target(("a", "b"), "topics"),
)
WIDE = node("Conv2D", "wide", filters=4, kernel_size=9)
HEAD = [node("Flatten"), node("Dense", "head", units=10, activation="softmax")]
TEXTS = {
    "name": "Texts",
    "features": [{"name": "text", "kind": "text", "shape": [1], "dtype": "string"}],
    "targets": [number_target("price").model_dump()],
}
TWO_TABLES = [("left", [4], "float32"), ("right", [4], "float32")]

SHAPES = {
    "inside": design(
        node("Unit", "a"), shape=(8, 8, 1), composites={"Unit": {"inputs": ["x"], "nodes": [WIDE]}}
    ),
    "repeat-shape": design({**node("Conv2D", "a", filters=4, kernel_size=3), "repeat": 9}, shape=(8, 8, 1)),
    "shared-shape": design(
        node("Conv2D", "a", filters=4, kernel_size=3), {"id": "b", "block": "Conv2D", "shares": "a"}
    ),
    "needs-numbers": read([TEXT], DENSE),
    "needs-floats": read([WHOLE], A),
    "needs-text": read([VECTOR], node("TextVectorization", "words")),
    "needs-whole-numbers": read([VECTOR], node("IntegerLookup", "lookup")),
    "add-shapes": classifier(A, B, node("Add", "sum", ["a", "b"])),
    "multiply-shapes": classifier(A, B, node("Multiply", "gate", ["a", "b"])),
    "merge-shapes": classifier(A, B, node("Maximum", "most", ["a", "b"])),
    "dot-shapes": design(*FLAT, node("Dot", "dot", ["few", "more"], axes=1)),
    "concatenate-axis": classifier(A, node("Concatenate", "both", ["a", "a"], axis=0)),
    "concatenate-shapes": classifier(
        A, node("MaxPooling2D", "down", ["a"]), node("Concatenate", "both", ["a", "down"])
    ),
    "merges-one": classifier(A, node("Add", "sum")),
    "unequal-strides": classifier(node("DepthwiseConv2D", "conv", kernel_size=3, strides=[1, 2])),
    "strides-and-dilation": classifier(
        node("Conv2D", "conv", filters=4, kernel_size=3, strides=2, dilation_rate=2)
    ),
    "groups": classifier(A, node("Conv2D", "conv", filters=12, kernel_size=3, groups=6)),
    "needs-image": design(node("Flatten", "flat"), node("Conv2D", "conv", filters=4, kernel_size=3)),
    "too-small": classifier(WIDE, shape=(8, 8, 1)),
    "open-size": design(node("Flatten", "flat"), node("Dense", "head", units=4), shape=(None, None, 3)),
    "reshape": design(node("Reshape", "shape", target_shape=[5, 5])),
    "unsuitable": read([VECTOR], node("LSTM", "lstm", units=3)),
    "tokens-beyond": read(
        [TEXT],
        node("TextVectorization", "words", max_tokens=50),
        node("Embedding", "e", input_dim=9, output_dim=4),
    ),
    "text-shape": read([TEXT], WORDS, DENSE),
    "softmax-inside": classifier(node("Conv2D", "conv", filters=8, kernel_size=3, activation="softmax"), A),
    "all-off": design({**RELU, "enabled": False}),
    "large-dense": design(
        node("Conv2D", filters=64, kernel_size=3), node("Flatten", "flat"), node("Dense", "wide", units=128)
    ),
    "too-many-parameters": head("softmax"),
    "activation-memory": head("softmax"),
}
WITH_DATA = {
    "input-data": (read(TWO_TABLES, node("Concatenate", "both", ["left", "right"])), card("iris").brief()),
    "input-kind": (read([("features", [5], "float32")], DENSE), card("iris").brief()),
    "input-size": (classifier(A, shape=(32, 32, 1)), data(CLASSES)),
    "output-data": (
        design(*FLAT, outputs=["few", "more", "flat"]),
        data(number_target("price"), number_target("size")),
    ),
    "dense-on-map": (design(A, node("Dense", "head", units=10)), data(CLASSES)),
    "counted-words": (read([TEXT], WORDS), TEXTS),
    "open-output-size": (
        design(node("Conv2D", "decoded", filters=1, kernel_size=3, padding="same"), shape=(None, None, 1)),
        data(CLASSES),
    ),
    "no-head": (design(A), data(CLASSES)),
    "head-units": (head("softmax", 7), data(CLASSES)),
    "dropout-last": (
        design(*HEAD, node("Dropout", "d", rate=0.5)),
        data(CLASSES),
    ),
    "softmax-of-one": (head("softmax", 1), data(number_target("price"))),
    "softmax-last": (head("softmax", 2), data(TAGS)),
    "sigmoid-last": (head("sigmoid"), data(CLASSES)),
    "activation-last": (head("relu"), data(CLASSES)),
    "no-activation": (head("linear"), data(CLASSES)),
}
LEARNED = {
    "output-loss": OutputSpec(head("softmax"), "head", (10,), CLASSES, loss="huber"),
    "output-range": OutputSpec(head("sigmoid", 1), "head", (1,), number_target("price"), value_range=(0, 9)),
}
"""What only the settings and the values of the targets show."""
DOCUMENTS = {
    "not-a-design": "[]",
    "newer-format": '{"format": 99}',
    "form": '{"format": 1, "inputs": [{"id": "a", "shape": [4]}], "nodes": 3}',
    "too-large": " " * 2_000_001,
    "not-json": "{",
    "too-deep": '{"format": 1, "name": ' + "[" * 20 + "]" * 20 + "}",
}


MODELS = {
    "not-a-model": "[]",
    "model-file": b"PK\x03\x04",
    "keras-1": '{"class_name": "Sequential", "config": [], "keras_version": "1.2.1"}',
    "unknown-layer": '{"class_name": "Odd", "module": "elsewhere", "config": {}}',
    "import": '{"class_name": "Sequential", "config": {"name": "m", "layers": [{"class_name": "Odd", "config": {}}]}}',
}
IN_TESTS = ["shape", "nothing-to-train", "nothing-to-learn", "not-sequential"]
"""Broken by the tests at the end of this file."""


def findings(made, data_set=None):
    """All findings of a design, by code."""
    answer = describe(made, data_set)["findings"]
    return [(finding["code"], finding["node"], finding["message"], finding["fix"]) for finding in answer]


def test_every_rule_has_its_own_code_and_an_example():
    assert len(RULES) == len(list(every_rule(Rule)))
    examples = [DESIGNS, SHAPES, WITH_DATA, LEARNED, DOCUMENTS, MODELS, IN_TESTS]
    assert sorted(RULES) == sorted(code for codes in examples for code in codes)


def test_only_rules_make_findings():
    """So every code has a class."""
    root = Path(__file__).parents[2]
    makers = [
        path.relative_to(root).as_posix()
        for path in [*root.glob("blockwright/**/*.py"), *root.glob("blocks/**/*.py")]
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Finding"
    ]
    assert makers == ["blockwright/schema/rules.py"]


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_says_what_is_wrong_why_and_how_to_fix_it(rule):
    assert rule.__doc__.count(". ") >= 1


@pytest.mark.parametrize("code", [*DESIGNS, *SHAPES, *WITH_DATA])
def test_a_rule_is_broken_by_its_example_and_its_fix_removes_the_finding(code, monkeypatch):
    if code in ("too-many-parameters", "activation-memory"):
        monkeypatch.setattr(sizes, "machine_memory", lambda: 100_000)
    made, data_set = WITH_DATA.get(code) or ((DESIGNS | SHAPES)[code], None)
    found = {finding[0]: finding for finding in findings(made, data_set)}
    assert code in found, (
        f"{RULES[code].__name__} finds nothing in its example: is it asked, and is the example sound?"
    )
    _, name, message, fix = found[code]
    if name is not None:
        assert f'"{name}"' in message
        if any(node.id == name for node in made.nodes) and code not in (
            "duplicate-name",
            "cycle",
            "output-data",
        ):
            assert made.node(name).block in message or code in ("no-such-result", "all-off")
    if fix is not None:
        assert code not in [finding[0] for finding in findings(apply_edits(made, fix["edits"]), data_set)]


@pytest.mark.parametrize("code", LEARNED)
def test_what_an_output_learns_breaks_its_rule(code):
    spec = LEARNED[code]
    (finding,) = task_of(spec.target.kind).check(spec)
    assert (finding.code, finding.node, finding.severity) == (code, "head", "error")
    assert '`Dense` "head"' in finding.message


@pytest.mark.parametrize("code", DOCUMENTS)
def test_a_document_that_is_not_a_design_breaks_its_rule(code):
    with pytest.raises(DesignError) as error:
        read_design(DOCUMENTS[code])
    assert [finding.code for finding in error.value.findings] == [code]


@pytest.mark.parametrize("code", MODELS)
def test_a_file_that_is_not_a_model_breaks_its_rule(code):
    with pytest.raises(DesignError) as error:
        import_model(MODELS[code])
    assert {finding.code for finding in error.value.findings} == {code}


def test_what_only_keras_refuses_is_explained_by_its_first_sentence():
    view = infer_shapes(design(RELU))
    view.errors["a"] = ShapeError(
        "Exception encountered when calling ReLU.call().\n\nNo such axis. More.", "ReLU", []
    )
    (finding,) = check_nodes(view)
    assert (finding.code, finding.node) == ("shape", "a")
    assert finding.message == '`ReLU` "a" cannot take the output of "image", 28 x 28 x 1: No such axis.'


def test_a_network_with_no_weights_to_train_breaks_its_rule():
    model = SimpleNamespace(design=design(RELU), trainable_variables=[])
    (finding,) = NothingToTrain().findings(model)
    assert finding.code == "nothing-to-train"
    assert "none of its blocks has weights" in finding.message


def test_a_layer_that_finds_nothing_to_learn_breaks_its_rule():
    model = build(read([TEXT], node("TextVectorization", "words")))
    with pytest.raises(DesignError) as error:
        adapt(model, {"text": np.array([[""], [""]], object)})
    (finding,) = error.value.findings
    assert (finding.code, finding.node) == ("nothing-to-learn", "words")
    assert '"words" found no words' in finding.message


def test_a_network_that_branches_is_not_written_as_a_sequential_one(tmp_path):
    path = tmp_path / "design.json"
    path.write_text(design(RELU, node("ReLU", "b", ["image"]), node("Add", "sum", ["a", "b"])).text())
    result = CliRunner().invoke(main, ["code", str(path), "--api", "sequential", "--json"])
    (finding,) = json.loads(result.stdout)["findings"]
    assert (finding["code"], finding["severity"]) == ("not-sequential", "error")
    assert finding["message"]

"""The contract of every rule that is a class: documented, named once, triggered by an example, and fixed by its fix."""

import pytest

import blockwright.network  # noqa: F401  every module with rules is imported by it
from blockwright.design.argument_rules import check_arguments
from blockwright.design.composite_catalog import check_bodies, extended
from blockwright.design.edits import apply_edits
from blockwright.design.parse import read_design
from blockwright.design.structure import check_structure
from blockwright.inference.catalog import catalog
from blockwright.inference.shape_inference import infer_shapes
from blockwright.schema.findings import DesignError
from blockwright.schema.rules import every_rule
from tests.network.designs import design, node

RULES = {rule.code: rule for rule in every_rule()}
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
DOCUMENTS = {
    "not-a-design": "[]",
    "newer-format": '{"format": 99}',
    "form": '{"format": 1, "inputs": [{"id": "a", "shape": [4]}], "nodes": 3}',
    "too-large": " " * 2_000_001,
    "not-json": "{",
    "too-deep": '{"format": 1, "name": ' + "[" * 20 + "]" * 20 + "}",
}


def findings(made):
    """All findings of a design that rules in classes give."""
    broken = infer_shapes(made).broken.values()
    return [
        *check_structure(made),
        *check_bodies(catalog(), made),
        *check_arguments(extended(catalog(), made), made),
        *(finding for found in broken for finding in found),
    ]


def test_every_rule_has_its_own_code_and_an_example():
    assert len(RULES) == len(list(every_rule()))
    assert RULES.keys() == DESIGNS.keys() | DOCUMENTS.keys()


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_says_what_is_wrong_why_and_how_to_fix_it(rule):
    assert rule.__doc__.count(". ") >= 1


@pytest.mark.parametrize("code", DESIGNS)
def test_a_rule_is_broken_by_its_example_and_its_fix_removes_the_finding(code):
    made = DESIGNS[code]
    found = next(finding for finding in findings(made) if finding.code == code)
    assert found.severity == RULES[code].severity
    if found.node is not None:
        assert f'"{found.node}"' in found.message
        if any(node.id == found.node for node in made.nodes) and code not in ("duplicate-name", "cycle"):
            assert made.node(found.node).block in found.message or code == "no-such-result"
    if found.fix is not None:
        after = findings(apply_edits(made, found.fix.edits))
        assert code not in [finding.code for finding in after]


@pytest.mark.parametrize("code", DOCUMENTS)
def test_a_document_that_is_not_a_design_breaks_its_rule(code):
    with pytest.raises(DesignError) as error:
        read_design(DOCUMENTS[code])
    assert [finding.code for finding in error.value.findings] == [code]

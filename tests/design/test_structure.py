import pytest

from blockwright.design.edits import apply_edits
from blockwright.design.parse import read_design
from blockwright.design.structure import check_structure, checked_wiring
from blockwright.schema.findings import DesignError
from tests.design.designs import abc, stack


def codes(design):
    return [(finding.code, finding.node) for finding in check_structure(design)]


def test_a_cycle_is_named_and_its_fix_opens_it():
    design = stack(
        {"id": "a", "block": "ReLU", "inputs": ["c"]},
        {"id": "b", "block": "ReLU"},
        {"id": "c", "block": "ReLU"},
    )
    (finding,) = check_structure(design)
    assert finding.message.startswith('These nodes form a cycle: "b" -> "c" -> "a" -> "b".')
    assert finding.fix.label == "Remove the wire c -> a"
    assert check_structure(apply_edits(design, finding.fix.edits)) == []
    with pytest.raises(DesignError):
        checked_wiring(design)


def test_a_name_that_leads_nowhere_is_found_and_fixed():
    design = stack({"id": "a", "block": "ReLU"}, {"id": "b", "block": "ReLU", "inputs": ["gone"]})
    (finding,) = check_structure(design)
    assert (finding.code, finding.node) == ("dangling", "b")
    assert finding.message == '`ReLU` "b" reads "gone", but there is no node or input with this name.'
    assert check_structure(apply_edits(design, finding.fix.edits)) == []


def test_two_nodes_of_one_name_are_found():
    assert codes(stack({"id": "a", "block": "ReLU"}, {"id": "a", "block": "ReLU"})) == [
        ("duplicate-name", "a"),
    ]


def test_an_empty_design_says_that_it_has_no_output():
    assert codes(stack()) == [("empty", None)]


def test_outputs_that_are_no_nodes_are_found():
    document = abc().document()
    assert codes(read_design({**document, "outputs": ["zzz"]})) == [("dangling-output", None)]
    assert codes(read_design({**document, "outputs": ["c", "c"]})) == [("duplicate-output", None)]
    assert ("input-as-output", "image") in codes(read_design({**document, "outputs": ["image", "c"]}))


def test_a_dead_end_is_a_warning_with_a_fix():
    design = stack(
        {"id": "a", "block": "ReLU"},
        {"id": "side", "block": "ReLU"},
        {"id": "b", "block": "ReLU", "inputs": ["a"]},
    )
    (finding,) = check_structure(design)
    assert (finding.code, finding.node, finding.severity) == ("unused", "side", "warning")
    assert check_structure(apply_edits(design, finding.fix.edits)) == []


def test_an_input_that_no_node_reads_is_an_error():
    document = abc().document()
    document["inputs"].append({"id": "sound", "shape": [10]})
    assert codes(read_design(document)) == [("unused-input", "sound")]


def test_a_branch_that_leads_nowhere_is_named_by_its_end():
    design = read_design(
        {
            "format": 1,
            "inputs": [
                {"id": "image", "shape": [4]},
                {"id": "side", "shape": [4]},
                {"id": "spare", "shape": [4]},
            ],
            "nodes": [
                {"id": "head", "block": "ReLU", "inputs": ["image"]},
                {"id": "left", "block": "ReLU", "inputs": ["side"]},
                {"id": "end", "block": "ReLU", "inputs": ["left"]},
            ],
            "outputs": ["head"],
        }
    )
    assert [(finding.node, finding.message) for finding in check_structure(design)] == [
        ("left", '`ReLU` "left" leads only to "end", so no output depends on it.'),
        ("end", 'No node reads `ReLU` "end", so no output depends on it.'),
        (
            "side",
            'The input "side" leads only to "end", which no output depends on yet. Connect that to another block, '
            "or make it an output.",
        ),
        ("spare", 'No node reads the input "spare". Connect it to a block.'),
    ]
    fixes = {
        finding.node: finding.fix.edits for finding in check_structure(design) if finding.fix is not None
    }
    assert fixes == {
        "end": [{"op": "remove_many", "nodes": ["left", "end"]}],
        "spare": [{"op": "remove_input", "input": "spare"}],
    }
    assert codes(apply_edits(design, fixes["end"])) == [("unused-input", "side"), ("unused-input", "spare")]
    assert (
        codes(apply_edits(design, [*fixes["end"], {"op": "remove_input", "input": "side"}, *fixes["spare"]]))
        == []
    )


def test_a_name_that_several_nodes_have_is_no_cycle():
    design = stack(
        {"id": "a", "block": "ReLU", "inputs": ["b"]},
        {"id": "b", "block": "ReLU", "inputs": ["a"]},
        {"id": "c", "block": "ReLU"},
        {"id": "c", "block": "ReLU"},
    )
    assert codes(design) == [("duplicate-name", "c"), ("cycle", "b")]
    (edits,) = [finding.fix.edits for finding in check_structure(design) if finding.code == "duplicate-name"]
    assert [node.id for node in apply_edits(design, edits).nodes] == ["a", "b", "c", "c1"]

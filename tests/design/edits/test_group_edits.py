"""Blocks of a design's own: made of nodes, taken apart, with arguments, and never containing themselves."""

from itertools import pairwise

import pytest

from blockwright.design.composites import MAX_DEPTH, layer_count, opened
from blockwright.design.edits import Decompose, EditError, apply_edit, apply_edits
from blockwright.design.history import History
from blockwright.design.parse import read_design
from blockwright.design.structure import check_structure
from blockwright.design.wiring import resolve_outputs, resolve_reads
from blockwright.schema.design import Design
from blockwright.schema.findings import DesignError


def residual() -> Design:
    return read_design(
        {
            "format": 1,
            "name": "Residual",
            "inputs": [{"id": "image", "shape": [8, 8, 4]}],
            "nodes": [
                {"id": "stem", "block": "Conv2D", "params": {"filters": 4}},
                {"id": "conv", "block": "Conv2D", "params": {"filters": 4, "padding": "same"}},
                {"id": "sum", "block": "Add", "inputs": ["stem", "conv"]},
                {"id": "head", "block": "Flatten"},
            ],
        }
    )


def composed() -> Design:
    return apply_edit(residual(), {"op": "compose", "nodes": ["conv", "sum"], "name": "Unit"})


def codes(design: Design) -> list[str]:
    return [finding.code for finding in check_structure(design)]


def test_nodes_become_a_block_in_their_place() -> None:
    design = composed()
    assert design.document()["composites"] == {
        "Unit": {
            "inputs": ["x"],
            "nodes": [
                {"id": "conv", "block": "Conv2D", "params": {"filters": 4, "padding": "same"}},
                {"id": "sum", "block": "Add", "inputs": ["x", "conv"]},
            ],
        }
    }
    assert [(node.id, node.block) for node in design.nodes] == [
        ("stem", "Conv2D"),
        ("unit1", "Unit"),
        ("head", "Flatten"),
    ]
    assert codes(design) == []


def test_a_block_is_taken_apart_again() -> None:
    assert apply_edit(composed(), {"op": "decompose", "node": "unit1"}) == residual()


def test_a_repeated_block_is_taken_apart_copy_by_copy() -> None:
    design = apply_edits(
        composed(),
        [{"op": "repeat", "node": "unit1", "times": 2}, {"op": "decompose", "node": "unit1"}],
    )
    reads = resolve_reads(design)
    assert reads["sum"] == ("stem", "conv")
    assert reads["sum_2"] == ("sum", "conv_2")
    assert reads["head"] == ("sum_2",)


def test_a_block_with_several_inputs_and_outputs_keeps_them_apart() -> None:
    base = apply_edit(residual(), {"op": "outputs", "outputs": ["head", "conv"]})
    design = apply_edit(base, {"op": "compose", "nodes": ["conv", "sum", "head"], "name": "Tail"})
    assert design.composites["Tail"].outputs == ("conv", "head")
    assert resolve_outputs(design) == ("tail1/1", "tail1")
    assert apply_edit(design, {"op": "decompose", "node": "tail1"}) == base


def test_an_argument_is_exposed_and_used() -> None:
    edits = [
        {"op": "expose", "composite": "Unit", "node": "conv", "param": "filters"},
        {"op": "set", "node": "unit1", "params": {"filters": 9}},
    ]
    design = apply_edits(composed(), edits)
    assert design.composites["Unit"].params == {"filters": 4}
    assert opened(design, "Unit", {"filters": 9}).node("conv").params["filters"] == 9
    assert opened(design, "Unit", {}).node("conv").params["filters"] == 4
    hidden = apply_edit(design, {"op": "unexpose", "composite": "Unit", "name": "filters"})
    assert hidden == composed()


def exposed() -> Design:
    """A block whose `filters` is exposed, used with and without a value, and inside another block."""
    outer = {
        "inputs": ["x"],
        "params": {"filters": 7},
        "nodes": [{"id": "u", "block": "Unit", "params": {"filters": {"param": "filters"}}}],
    }
    return apply_edits(
        composed(),
        [
            {"op": "expose", "composite": "Unit", "node": "conv", "param": "filters"},
            {"op": "set", "node": "unit1", "params": {"filters": 9}},
            {"op": "define", "name": "Outer", "definition": outer},
            {"op": "insert", "block": "Outer", "id": "last"},
            {"op": "insert", "block": "Unit", "id": "plain"},
        ],
    )


def test_an_argument_gets_another_name_wherever_it_is_used() -> None:
    rename = {"op": "rename_argument", "composite": "Unit", "name": "filters", "to": "width"}
    design = apply_edit(exposed(), rename)
    document = design.document()
    assert document["composites"]["Unit"]["params"] == {"width": 4}
    conv = design.composites["Unit"].nodes[0]
    assert conv.params == {"filters": {"param": "width"}, "padding": "same"}
    assert design.node("unit1").params == {"width": 9}
    assert design.node("plain").params == {}
    assert document["composites"]["Outer"] == {
        "inputs": ["x"],
        "params": {"filters": 7},
        "nodes": [{"id": "u", "block": "Unit", "params": {"width": {"param": "filters"}}}],
    }
    assert [code for code in codes(design) if code != "unused"] == []


def test_an_argument_of_an_outer_block_is_renamed_without_touching_the_inner_one() -> None:
    rename = {"op": "rename_argument", "composite": "Outer", "name": "filters", "to": "width"}
    design = apply_edit(exposed(), rename)
    assert design.composites["Outer"].params == {"width": 7}
    assert design.composites["Outer"].nodes[0].params == {"filters": {"param": "width"}}
    assert design.composites["Unit"] == exposed().composites["Unit"]


def test_the_arguments_keep_their_order_when_one_is_renamed() -> None:
    edits = [
        {"op": "expose", "composite": "Unit", "node": "conv", "param": "padding"},
        {"op": "rename_argument", "composite": "Unit", "name": "filters", "to": "width"},
    ]
    assert list(apply_edits(exposed(), edits).composites["Unit"].params) == ["width", "padding"]


def test_renaming_an_argument_is_undone() -> None:
    design = exposed()
    rename = {"op": "rename_argument", "composite": "Unit", "name": "filters", "to": "width"}
    history = History.start(design).push(apply_edit(design, rename), "Rename filters to width")
    assert history.current != design
    assert history.undo().current == design
    back = {"op": "rename_argument", "composite": "Unit", "name": "width", "to": "filters"}
    assert apply_edits(design, [rename, back]) == design


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        ({"name": "gone", "to": "width"}, "no argument `gone`"),
        ({"composite": "Gone", "name": "filters", "to": "width"}, "no composite block"),
        ({"name": "filters", "to": "padding"}, "already has an argument `padding`"),
        ({"name": "filters", "to": "two words"}, "has letters"),
        ({"name": "filters", "to": ""}, "has letters"),
        ({"name": "filters", "to": "<b>"}, "has letters"),
        ({"name": "filters", "to": ["width"]}, "`to` must be text"),
        ({"name": "filters", "to": "w" * 121}, "at most 120 characters"),
        (
            {"name": "filters", "to": "stray"},
            "sets both `filters` and `stray`, so the argument cannot be renamed",
        ),
        ({"name": "filters", "to": "width", "in": "Unit"}, "whole design"),
    ],
)
def test_a_name_that_an_argument_cannot_have_is_refused(edit: dict, words: str) -> None:
    design = apply_edits(
        exposed(),
        [
            {"op": "expose", "composite": "Unit", "node": "conv", "param": "padding"},
            {"op": "set", "node": "unit1", "params": {"stray": 1}},
        ],
    )
    with pytest.raises(EditError, match=words):
        apply_edit(design, {"op": "rename_argument", "composite": "Unit", **edit})


def test_what_is_inside_is_edited_like_a_design() -> None:
    design = apply_edit(composed(), {"op": "insert", "block": "ReLU", "in": "Unit"})
    assert [node.id for node in design.composites["Unit"].nodes] == ["conv", "sum", "relu1"]
    nested = apply_edit(design, {"op": "compose", "nodes": ["relu1"], "name": "Inner", "in": "Unit"})
    assert sorted(nested.composites) == ["Inner", "Unit"]
    assert codes(nested) == []


def test_a_block_gets_another_name_everywhere() -> None:
    design = apply_edit(composed(), {"op": "rename_composite", "composite": "Unit", "to": "Cell"})
    assert list(design.composites) == ["Cell"]
    assert design.node("unit1").block == "Cell"


def test_an_unused_definition_is_noted_and_removed() -> None:
    design = apply_edit(composed(), {"op": "remove", "node": "unit1"})
    (finding,) = check_structure(design)
    assert finding.code == "composite-unused"
    assert apply_edits(design, finding.fix.edits).composites == {}


def test_the_text_of_a_design_with_blocks_reads_back() -> None:
    assert read_design(composed().text()) == composed()


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        ({"op": "compose", "nodes": ["stem", "sum"]}, '"conv" is between'),
        ({"op": "compose", "nodes": ["conv"], "name": "no name"}, "one word of letters"),
        ({"op": "compose", "nodes": ["conv"], "name": "None"}, "one word of letters"),
        ({"op": "compose", "nodes": []}, "must name at least one block"),
        ({"op": "decompose", "node": "conv"}, "is not a composite block"),
        ({"op": "undefine", "name": "Unit"}, "no composite block"),
        ({"op": "insert", "block": "ReLU", "in": "Unit"}, "no composite block"),
    ],
)
def test_an_edit_of_blocks_that_makes_no_sense_is_refused(edit: dict, words: str) -> None:
    with pytest.raises(EditError, match=words):
        apply_edit(residual(), edit)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        ({"op": "insert", "block": "Unit", "in": "Unit"}, "contain itself"),
        ({"op": "undefine", "name": "Unit"}, "still used"),
        ({"op": "compose", "nodes": ["stem"], "name": "Unit"}, "already"),
        (
            {"op": "expose", "composite": "Unit", "node": "conv", "param": "strides"},
            "`strides` of .conv. first",
        ),
        (
            {"op": "expose", "composite": "Unit", "node": "conv", "param": "filters", "name": "a b"},
            "has letters",
        ),
        ({"op": "expose", "composite": "Unit", "node": "gone", "param": "filters"}, "no node named"),
        ({"op": "set_default", "composite": "Unit", "name": "filters", "value": 3}, "no argument"),
        ({"op": "name", "name": "x", "in": "Unit"}, "whole design"),
        ({"op": "remove_input", "input": "x", "in": "Unit"}, "needs an input"),
    ],
)
def test_an_edit_of_a_block_that_makes_no_sense_is_refused(edit: dict, words: str) -> None:
    with pytest.raises(EditError, match=words):
        apply_edit(composed(), edit)


def _with_composites(composites: dict, block: str = "A") -> Design:
    return read_design(
        {
            "format": 1,
            "inputs": [{"id": "x", "shape": [4]}],
            "nodes": [{"id": "a", "block": block}],
            "composites": composites,
        }
    )


def test_blocks_that_contain_each_other_are_found() -> None:
    ring = {
        "A": {"inputs": ["x"], "nodes": [{"id": "b", "block": "B"}]},
        "B": {"inputs": ["x"], "nodes": [{"id": "a", "block": "A"}]},
    }
    found = check_structure(_with_composites(ring))
    assert [finding.code for finding in found] == ["composite-cycle", "composite-cycle"]
    assert "`A` -> `B` -> `A`" in found[0].message


def test_repetition_within_repetition_is_counted_before_anything_is_built() -> None:
    nested = {"A": {"inputs": ["x"], "nodes": [{"id": "r", "block": "ReLU", "repeat": 100}]}}
    for inner, outer in zip("ABCDEF", "BCDEFG", strict=True):
        nested[outer] = {"inputs": ["x"], "nodes": [{"id": "n", "block": inner, "repeat": 100}]}
    design = _with_composites(nested, "G")
    assert layer_count(design) == 10**12
    (found,) = check_structure(design)
    assert found.code == "too-many-layers"
    assert (
        "has more than 1,000,000,000,000 blocks, repeated and nested ones included, but at most 5,000 are"
        in found.message
    )


def test_blocks_count_beside_what_is_inside_them() -> None:
    inner = {
        "inputs": ["x"],
        "nodes": [{"id": "r", "block": "ReLU", "repeat": 3}, {"id": "s", "block": "ReLU"}],
    }
    outer = {"inputs": ["x"], "nodes": [{"id": "i", "block": "Inner", "repeat": 2}]}
    assert layer_count(_with_composites({"Inner": inner, "Outer": outer}, "Outer")) == 1 + 2 * (1 + 4)


def test_a_long_way_round_is_said_in_short() -> None:
    ring = {
        f"B{number}": {"inputs": ["x"], "nodes": [{"id": "n", "block": f"B{(number + 1) % 50}"}]}
        for number in range(50)
    }
    found = check_structure(_with_composites(ring, "B0"))
    assert "(`B0` -> `B1` -> `B2` -> `B3` -> `B4` -> `B5` -> … -> `B0`)" in found[0].message


def test_blocks_nested_too_deep_are_found() -> None:
    names = [f"N{number}" for number in range(MAX_DEPTH + 1)]
    nested = {names[0]: {"inputs": ["x"], "nodes": [{"id": "r", "block": "ReLU"}]}}
    for inner, outer in pairwise(names):
        nested[outer] = {"inputs": ["x"], "nodes": [{"id": "n", "block": inner}]}
    assert "composite-depth" in codes(_with_composites(nested, names[-1]))


def test_the_inside_of_a_block_is_checked_and_mended_there() -> None:
    wrong = {
        "A": {
            "inputs": ["x"],
            "params": {"spare": 1},
            "nodes": [
                {"id": "r", "block": "Dense", "params": {"units": {"param": "width"}}, "inputs": ["gone"]}
            ],
        },
        "B": {"inputs": ["x"], "nodes": []},
    }
    design = _with_composites(wrong)
    found = {finding.code: finding for finding in check_structure(design)}
    assert set(found) == {
        "unknown-argument",
        "unused-argument",
        "composite-empty",
        "composite-unused",
        "dangling",
    }
    assert found["dangling"].message.startswith("In the block `A`: ")
    fixes = [edit for finding in found.values() if finding.fix for edit in finding.fix.edits]
    assert codes(apply_edits(design, fixes)) == []


@pytest.mark.parametrize("name", ["unit", "Two Words", "True", "Über", "A" * 61, ""])
def test_a_block_must_have_a_name_that_can_be_a_class(name: str) -> None:
    with pytest.raises(DesignError, match="one word of letters"):
        _with_composites({name: {"inputs": ["x"], "nodes": []}})


def test_a_frozen_block_taken_apart_stays_frozen():
    design = read_design(
        {
            "format": 1,
            "inputs": [{"id": "x", "shape": [4]}],
            "nodes": [{"id": "unit", "block": "Unit", "trainable": False}],
            "composites": {"Unit": {"inputs": ["y"], "nodes": [{"id": "d", "block": "Dense"}]}},
        }
    )
    assert Decompose(node="unit").apply(design).node("d").trainable is False

"""Blocks of a design's own that come along with pasted nodes."""

from typing import Any

import pytest

from blockwright.design.edits import EditError, apply_edit
from blockwright.design.parse import read_design
from blockwright.design.structure import check_structure
from blockwright.schema.design import Design

UNIT = {"inputs": ["x"], "params": {"filters": 4}, "nodes": [{"id": "r", "block": "ReLU"}]}
OTHER = {"inputs": ["x"], "nodes": [{"id": "f", "block": "Flatten"}]}
OUTER = {"inputs": ["x"], "nodes": [{"id": "u", "block": "Unit"}, {"id": "v", "block": "Unit", "repeat": 2}]}


def design(**composites: Any) -> Design:
    document = {
        "format": 1,
        "inputs": [{"id": "image", "shape": [8, 8, 1]}],
        "nodes": [{"id": "a", "block": "ReLU"}, *({"id": one.lower(), "block": one} for one in composites)],
    }
    return read_design(document | ({"composites": composites} if composites else {}))


def paste(target: Design, block: str, **composites: Any) -> Design:
    nodes = [{"id": "n", "block": block, "inputs": []}]
    return apply_edit(target, {"op": "paste", "nodes": nodes, "composites": composites})


def blocks(found: Design, name: str) -> list[str]:
    return [node.block for node in found.composites[name].nodes]


def test_nested_definitions_come_along_and_what_nothing_uses_stays_away():
    found = paste(design(), "Outer", Outer=OUTER, Unit=UNIT, Unused=OTHER)
    assert list(found.composites) == ["Unit", "Outer"]
    assert found.composites["Outer"].document() == OUTER
    assert found.nodes[-1].block == "Outer"
    assert [one.code for one in check_structure(found) if "composite" in one.code] == []


def test_an_equal_definition_is_used_as_it_is():
    target = design(Unit=UNIT, Outer=OUTER)
    found = paste(target, "Outer", Unit=UNIT, Outer=OUTER)
    assert found.composites == target.composites
    assert found.nodes[-1].block == "Outer"


def test_what_holds_another_definition_is_another_one_too():
    target = design(Unit=OTHER, Outer=OUTER)
    found = paste(target, "Outer", Unit=UNIT, Outer=OUTER)
    assert list(found.composites) == ["Unit", "Outer", "Unit2", "Outer2"]
    assert (found.nodes[-1].block, blocks(found, "Outer2")) == ("Outer2", ["Unit2", "Unit2"])
    assert blocks(found, "Outer") == ["Unit", "Unit"]
    again = paste(found, "Outer", Unit=UNIT, Outer=OUTER)
    assert (again.composites, again.nodes[-1].block) == (found.composites, "Outer2")


def test_a_free_name_is_free_among_what_is_pasted_too():
    target = design(Unit1=OTHER)
    outer = {"inputs": ["x"], "nodes": [{"id": "u", "block": "Unit1"}, {"id": "v", "block": "Unit2"}]}
    third = {"inputs": ["x"], "nodes": [{"id": "s", "block": "Softmax"}]}
    found = paste(target, "Outer", Unit1=UNIT, Unit2=third, Outer=outer)
    first, second = blocks(found, "Outer")
    assert {first, second} == {"Unit2", "Unit3"}
    assert (blocks(found, first), blocks(found, second)) == (["ReLU"], ["Softmax"])


def test_they_come_into_a_block_that_is_open():
    target = design(Body=OTHER)
    nodes = [{"id": "n", "block": "Outer", "inputs": []}]
    edit = {"op": "paste", "in": "Body", "nodes": nodes, "composites": {"Outer": OUTER, "Unit": UNIT}}
    found = apply_edit(target, edit)
    assert blocks(found, "Body") == ["Flatten", "Outer"]
    assert set(found.composites) == {"Body", "Outer", "Unit"}
    inside = {"op": "paste", "in": "Unit", "nodes": nodes, "composites": {"Outer": OUTER, "Unit": UNIT}}
    with pytest.raises(EditError, match="would contain itself"):
        apply_edit(found, inside)


def ring(first: str, second: str) -> dict[str, Any]:
    return {
        first: {"inputs": ["x"], "nodes": [{"id": "u", "block": second}]},
        second: {"inputs": ["x"], "nodes": [{"id": "u", "block": first}]},
    }


def nest(depth: int) -> dict[str, Any]:
    levels = {
        f"N{number}": {"inputs": ["x"], "nodes": [{"id": "u", "block": f"N{number + 1}"}]}
        for number in range(depth)
    }
    return levels | {f"N{depth}": UNIT}


@pytest.mark.parametrize(
    ("composites", "words"),
    [
        ({"Unit": {"inputs": ["x"], "nodes": [{"id": "u", "block": "Unit"}]}}, "contains itself"),
        (ring("Unit", "Other"), "contains itself"),
        ({"Unit": {"inputs": ["x"], "nodes": [{"id": "u", "block": "N0"}]}} | nest(13), "12 levels deep"),
        ({"Unit": {"nodes": []}}, "wrong kind"),
        ({"Unit": {"inputs": ["x"], "nodes": "none"}}, "wrong kind"),
        ({"Unit": None}, "wrong kind"),
        ({"Unit": UNIT | {"code": "print()"}}, "wrong kind"),
        ({"Unit": UNIT | {"params": {"words": "x" * 1_100_000}}}, r"up to 1 MB. Received: 1\.1 MB"),
        ({f"Unit{number}": UNIT for number in range(101)}, "up to 100 definitions"),
        ([UNIT], "up to 100 definitions"),
        ("Unit", "up to 100 definitions"),
        (3, "up to 100 definitions"),
    ],
)
def test_definitions_that_make_no_sense_are_refused_with_a_sentence(composites: Any, words: str):
    nodes = [{"id": "n", "block": "Unit"}]
    with pytest.raises(EditError, match=words) as refused:
        apply_edit(design(), {"op": "paste", "nodes": nodes, "composites": composites})
    assert str(refused.value).endswith(".")


def test_a_name_that_is_none_is_refused():
    with pytest.raises(EditError, match="begins with a capital"):
        paste(design(), "unit-1", **{"unit-1": UNIT})

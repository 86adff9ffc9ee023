"""What a copy takes along: the definitions of the design's composite blocks."""

from blockwright.design.edits import apply_edits
from blockwright.design.parse import read_design
from blockwright.schema.design import Design
from blockwright.ui.design.canvas.definitions import definitions
from tests.ui.canvas_designs import branches

UNIT = {"inputs": ["x"], "nodes": [{"id": "r", "block": "ReLU"}]}
OUTER = {"inputs": ["x"], "nodes": [{"id": "u", "block": "Unit"}]}


def with_blocks() -> Design:
    document = branches().document()
    document["nodes"][0] = {"id": "a", "block": "Outer"}
    document["composites"] = {"Outer": OUTER, "Unit": UNIT, "Spare": UNIT}
    return read_design(document)


def test_a_definition_is_sent_when_it_is_chosen_and_stays_until_it_changes():
    design = with_blocks()
    assert definitions(design, ["b"], {}) == {
        "made of Outer": None,
        "made of Unit": None,
        "made of Spare": None,
    }
    held = definitions(design, ["a"], {})
    assert held == {"made of Outer": OUTER, "made of Unit": UNIT, "made of Spare": None}
    assert definitions(design, [], held) == held
    edit = {"op": "insert", "in": "Unit", "block": "ReLU"}
    assert definitions(apply_edits(design, [edit]), [], held)["made of Unit"] is None
    gone = branches()
    assert definitions(gone, [], held) == dict.fromkeys(held)


def test_a_definition_too_large_for_a_copy_is_not_sent():
    document = with_blocks().document()
    document["composites"]["Unit"] = UNIT | {"params": {"words": "x" * 100_000}}
    assert definitions(read_design(document), ["a"], {})["made of Unit"] is False

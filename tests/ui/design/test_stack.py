"""The stack component's side in Python: the rows it draws, and what it may ask for."""

import pytest
from streamlit.testing.v1 import AppTest

from blockwright.design.composite_catalog import extended
from blockwright.design.parse import read_design
from blockwright.design.presets import preset
from blockwright.schema.catalog import Catalog
from blockwright.schema.design import Design
from blockwright.ui.design.canvas.entries import entries
from blockwright.ui.design.description import Description
from blockwright.ui.design.stack import rows
from tests.ui.fakes import catalog, describe

KNOWN = Catalog.from_list(catalog())


def described(design: Design) -> Description:
    answer = describe(design)
    from blockwright.schema.findings import Finding

    return Description(
        nodes={node["id"]: node for node in answer["nodes"]},
        network=answer,
        findings=[Finding.model_validate(one) for one in answer["findings"]],
    )


def test_a_row_says_what_a_block_is_gives_and_costs():
    design = preset("tutorial_inception").design
    drawn = rows(design, described(design), KNOWN)
    assert [row["id"] for row in drawn][:3] == ["image", "stem", "mix1"]
    assert drawn[1] == {
        "id": "stem",
        "kind": "node",
        "block": "ConvBlock",
        "colour": "#6d5ae6",
        "params": "filters 96, kernel_size 3",
        "marks": [],
        "opens": False,
        "unfolds": True,
        "layers": None,
        "shape": "28 × 28 × 96",
        "cost": "864 params · 86.4 k MACs",
        "enabled": True,
        "findings": [],
        "severity": "",
    }


def test_a_finding_stands_in_its_row_with_the_shape_its_fix_gives():
    document = preset("tutorial_inception").design.document()
    document["inputs"][0]["shape"] = [4, 4, 1]
    design = read_design(document)
    row = next(row for row in rows(design, described(design), KNOWN) if row["id"] == "down2")
    assert row["severity"] == "error"
    assert row["shape"] == "–"
    assert row["findings"][0]["fix"] == "Remove down2 → 2 × 2 × 160"
    assert "`" not in row["findings"][0]["message"]


def test_wires_that_do_not_come_from_above_are_named():
    design = read_design(
        {
            "format": 1,
            "inputs": [{"id": "image", "shape": [8, 8, 1]}],
            "nodes": [
                {"id": "a", "block": "ConvBlock", "params": {"filters": 4}},
                {"id": "b", "block": "ConvBlock", "params": {"filters": 4}, "enabled": False},
                {"id": "sum", "block": "Add", "inputs": ["a", "b"]},
            ],
            "outputs": ["sum"],
        }
    )
    drawn = {row["id"]: row for row in rows(design, described(design), KNOWN)}
    assert (drawn["sum"]["params"], drawn["sum"]["marks"]) == ("inputs: a + b", ["output"])
    assert drawn["b"]["params"] == "switched off: values pass through"


def test_a_row_says_how_often_its_block_is_repeated_and_whose_weights_it_uses():
    design = read_design(
        {
            "format": 1,
            "inputs": [{"id": "image", "shape": [8, 8, 1]}],
            "nodes": [
                {"id": "a", "block": "ConvBlock", "params": {"filters": 4}, "repeat": 3},
                {"id": "b", "block": "Dense", "params": {"units": 2}},
                {"id": "c", "block": "Dense", "shares": "b", "inputs": ["b/1"]},
                {"id": "d", "block": "Unit", "inputs": []},
            ],
            "outputs": ["d", "b/1"],
            "composites": {"Unit": {"inputs": ["x"], "nodes": [{"id": "n", "block": "ReLU"}]}},
        }
    )
    drawn = {row["id"]: row for row in rows(design, Description(), extended(KNOWN, design))}
    assert drawn["a"]["marks"] == ["×3"]
    assert drawn["b"]["marks"] == ["output: result 2"]
    assert (drawn["c"]["params"], drawn["c"]["marks"]) == ("input: b, result 2", ["shares weights with b"])
    assert (drawn["d"]["params"], drawn["d"]["marks"]) == ("input: none yet", ["output"])
    assert [row["opens"] for row in drawn.values()] == [False, False, False, False, True]
    assert drawn["d"]["colour"] == "#4b3fb5"


@pytest.mark.slow
def test_a_frozen_block_is_marked_in_the_stack_and_on_the_canvas():
    document = preset("tutorial_inception").design.document()
    document["nodes"][1]["trainable"] = False
    design = read_design(document)
    marks = {row["id"]: row["marks"] for row in rows(design, described(design), KNOWN) if row["marks"]}
    assert marks == {"mix1": ["frozen"]}
    drawn = entries(design, described(design), KNOWN)
    assert [key for key, entry in drawn.items() if entry.get("frozen")] == ["n:mix1"]


def test_without_the_service_the_rows_are_there_without_shapes():
    design = preset("tutorial_inception").design
    drawn = rows(design, Description(starting=True), None)
    assert [row["shape"] for row in drawn[1:]] == ["–"] * 10
    assert drawn[1]["colour"] == "#6d5ae6"


def acting(messages: list) -> None:
    import streamlit as st

    from blockwright.design.presets import preset
    from blockwright.ui.design import commands, editing
    from blockwright.ui.shell import state
    from blockwright.ui.shell.messages import show_notices

    if "begun" not in st.session_state:
        st.session_state["begun"] = True
        state.open_design(preset("tutorial_inception").design)
        for message in messages:
            commands.carry_out_message(message)
    show_notices(editing.PLACE)
    st.write(" ".join(node.id for node in state.design().nodes))
    st.write(str(state.selected()))


@pytest.fixture
def act(service, workspace_store, monkeypatch):
    from blockwright.ui.design import design_storage

    monkeypatch.setattr(design_storage, "keep_draft", lambda: None)

    def run(*messages: object) -> tuple[list[str], str, list[str]]:
        app = AppTest.from_function(acting, args=(list(messages),), default_timeout=30).run()
        assert not app.exception
        errors = [box.value for box in app.error]
        return app.markdown[0].value.split(), app.markdown[1].value, errors

    return run


TUTORIAL = [node.id for node in preset("tutorial_inception").design.nodes]


def test_actions_are_carried_out_in_order_within_one_message(act):
    actions = [{"op": "move", "node": "mix1", "by": 1}, {"op": "move", "node": "mix1", "by": 1}]
    names, selected, errors = act({"number": 5, "actions": actions})
    assert names[:4] == ["stem", "mix2", "down1", "mix1"]
    assert selected == "mix1"
    assert errors == []


def test_new_blocks_go_below_each_other_and_to_the_place_that_was_chosen(act):
    actions = [{"do": "select", "nodes": ["stem"]}, {"op": "insert", "block": "ReLU"}]
    actions += [{"op": "insert", "block": "ReLU"}, {"do": "set_insertion", "index": 0}]
    names, selected, errors = act({"number": 1, "actions": [*actions, {"op": "insert", "block": "ReLU"}]})
    assert names[:4] == ["relu3", "stem", "relu1", "relu2"]
    assert (selected, errors) == ("relu3", [])


def test_a_list_of_edits_is_one_step(act):
    edits = [{"op": "remove", "node": "mix1"}, {"op": "remove", "node": "mix2"}]
    assert act({"number": 1, "actions": [edits, {"do": "undo"}]})[0] == TUTORIAL
    broken = [{"op": "remove", "node": "mix1"}, {"op": "remove", "node": "nobody"}]
    names, _, errors = act({"number": 1, "actions": [broken]})
    assert (names, len(errors)) == (TUTORIAL, 1)


def test_a_message_that_comes_twice_is_done_once(act):
    message = {"number": 5, "actions": [{"op": "remove", "node": "mix1"}]}
    names, selected, errors = act(message, message)
    assert names == [name for name in TUTORIAL if name != "mix1"]
    assert selected == "mix2"
    assert errors == []


def test_the_end_of_the_stack_is_the_end(act):
    actions = [{"op": "move", "node": "stem", "by": -1}, {"op": "move", "node": "head", "by": 1}]
    assert act({"number": 1, "actions": actions})[0] == TUTORIAL


def test_undo_and_redo_are_commands(act):
    actions = [{"op": "remove", "node": "mix1"}, {"do": "undo"}, {"do": "redo"}, {"do": "undo"}]
    assert act({"number": 1, "actions": actions})[0] == TUTORIAL


@pytest.mark.parametrize(
    "message",
    [
        None,
        "remove everything",
        {"number": "1", "actions": []},
        {"number": 1, "actions": "x"},
        {"number": 1, "actions": [None, 3, [], {}, [3], [[]], {"do": None}, {"op": None}]},
        {"number": 1, "actions": [{"op": "explode", "node": "stem"}]},
        {"number": 1, "actions": [{"do": "explode", "node": "stem"}]},
        {"number": 1, "actions": [{"op": "remove", "node": "nobody"}]},
        {"number": 1, "actions": [{"op": "remove", "node": {"x": 1}}]},
        {"number": 1, "actions": [{"op": "move", "node": "stem", "index": "top"}]},
        {"number": 1, "actions": [{"op": "move", "node": "stem", "index": 10**9}]},
        {"number": 1, "actions": [{"do": "set_insertion", "index": -4}]},
        {"number": 1, "actions": [{"do": "fix", "node": "stem", "code": "x", "label": "y"}]},
        {"number": 1, "actions": [{"op": "move", "node": "stem", "by": [1]}]},
    ],
)
def test_nonsense_from_a_browser_changes_nothing_and_is_no_fault(act, message):
    names, _, errors = act(message)
    assert names == TUTORIAL
    assert not any("incident" in error for error in errors)

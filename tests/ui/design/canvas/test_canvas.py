"""The canvas's side in Python: what it is sent, and how the page answers it."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from blockwright.design.composite_catalog import extended
from blockwright.design.edits import apply_edits
from blockwright.design.parse import read_design
from blockwright.design.presets import preset
from blockwright.schema.design import Node
from blockwright.ui.design import palette
from blockwright.ui.design.canvas.entries import entries
from blockwright.ui.design.description import Description
from blockwright.ui.design.edit_completion import restored
from blockwright.ui.reactive.component_patches import Sent, change
from tests.ui.canvas_designs import KNOWN, branches, done, drawn

TUTORIAL = [node.id for node in preset("tutorial_inception").design.nodes]


def test_an_entry_says_what_a_block_is_reads_gives_and_costs():
    assert drawn(preset("tutorial_inception").design)["n:stem"] == {
        "id": "stem",
        "kind": "node",
        "block": "ConvBlock",
        "colour": "#6d5ae6",
        "params": {"filters": 96, "kernel_size": 3},
        "shape": "28 × 28 × 96",
        "cost": "864 params · 86.4 k MACs",
        "unfolds": True,
        "reads": ["image"],
    }


def test_inputs_and_outputs_are_drawn_as_well():
    found = drawn(branches())
    assert list(found) == ["n:image", "n:a", "n:b", "n:sum", "n:head", "o:head"]
    assert found["n:image"] == {
        "id": "image",
        "kind": "input",
        "colour": "#64748b",
        "shape": "8 × 8 × 1",
    }
    assert found["o:head"]["kind"] == "output"
    assert found["o:head"]["reads"] == ["head"]
    assert (found["n:b"]["off"], found["n:b"]["at"]) == (True, [10.0, 20.0])
    assert found["n:sum"]["reads"] == ["a", "b"]
    assert found["n:sum"]["takes"][1] is None


def test_a_second_result_is_read_by_its_number():
    document = branches().document()
    document["nodes"][2]["inputs"] = ["a", "a/1"]
    design = read_design(document)
    assert entries(design, Description(), None)["n:sum"]["reads"] == ["a", ["a", 1]]


def test_an_error_stands_on_its_node_and_greys_what_lies_below():
    document = preset("tutorial_inception").design.document()
    document["inputs"][0]["shape"] = [4, 4, 1]
    found = drawn(read_design(document))
    assert found["n:down2"]["severity"] == "error"
    assert found["n:down2"]["findings"][0]["fix"] == "Remove down2 → 2 × 2 × 160"
    assert [key for key, entry in found.items() if entry.get("grey")] == ["n:pool", "n:head", "o:head"]


def test_without_the_service_everything_is_there_without_shapes():
    found = entries(branches(), Description(starting=True), None)
    assert [entry.get("shape") for entry in found.values()] == ["8 × 8 × 1", None, None, None, None, None]
    assert found["n:a"]["colour"] == "#6d5ae6"


def test_a_composite_can_be_opened():
    design = apply_edits(branches(), [{"op": "compose", "nodes": ["a", "b", "sum"], "name": "Pair"}])
    found = entries(design, Description(), extended(KNOWN, design))
    use = next(entry for entry in found.values() if entry.get("block") == "Pair")
    assert use["composite"] is True


def test_very_long_arguments_stay_with_their_node():
    document = branches().document()
    document["nodes"][0]["params"]["vocabulary"] = [f"word{number}" for number in range(500)]
    design = read_design(document)
    entry = entries(design, Description(), None)["n:a"]
    assert entry["params"]["vocabulary"] == {"kept": "a"}
    pasted = Node(id="a", block="ConvBlock", params=entry["params"])
    assert restored(pasted, design).params == document["nodes"][0]["params"]
    elsewhere = restored(pasted, preset("lenet5").design)
    assert elsewhere.params == {"filters": 4}


def test_the_palette_lists_every_block_of_the_catalog_once():
    names = [block["name"] for group in palette.groups(KNOWN) for block in group["blocks"]]
    assert sorted(names) == sorted(KNOWN.blocks)


def apply(message: dict, before: dict) -> dict:
    """What the browser makes of a message, as `patch.js` does it."""
    found = {} if message["base"] is None else dict(before)
    for key in message.get("drop", ()):
        del found[key]
    for key, fields in message.get("set", {}).items():
        entry = {**found[key], **fields}
        found[key] = {name: value for name, value in entry.items() if value is not None}
    put = [
        (place, f"{'o' if entry['kind'] == 'output' else 'n'}:{entry['id']}", entry)
        for place, entry in message.get("put", ())
    ]
    if "order" in message:
        everything = found | {key: entry for _, key, entry in put}
        return {key: everything[key] for key in message["order"]}
    items = list(found.items())
    for place, key, entry in put:
        items.insert(place, (key, entry))
    return dict(items)


EDITS = [
    [{"op": "insert", "block": "ConvBlock", "index": 1}],
    [{"op": "remove", "node": "mix1"}],
    [{"op": "move", "node": "mix5", "index": 0}],
    [{"op": "set", "node": "stem", "params": {"filters": 8}}],
    [{"op": "rename", "node": "stem", "to": "first"}],
    [{"op": "enable", "node": "mix2", "enabled": False}],
    [{"op": "place", "node": "mix2", "at": [5, 6]}],
    [{"op": "remove", "node": "mix2"}, {"op": "move", "node": "mix5", "index": 1}],
    [],
]


@pytest.mark.parametrize("edits", EDITS)
def test_a_change_is_sent_as_what_changed(edits):
    design = preset("tutorial_inception").design
    first, sent = change(Sent(), drawn(design), {"place": "x"})
    held = apply(first, {})
    goal = drawn(apply_edits(design, edits))
    message, now = change(sent, goal, {"place": "x"})
    assert apply(message, held) == goal
    assert list(apply(message, held)) == list(goal)
    assert now.entries == goal
    assert len(json.dumps(message)) < 2_500
    assert "facts" not in message


def test_a_field_that_goes_is_taken_away_and_facts_are_sent_when_they_change():
    design = preset("tutorial_inception").design
    off = apply_edits(design, [{"op": "enable", "node": "mix2", "enabled": False}])
    _, sent = change(Sent(), drawn(off), {"undo": False, "inside": None})
    message, now = change(sent, drawn(design), {"undo": True, "inside": None})
    assert message["set"]["n:mix2"]["off"] is None
    assert message["facts"] == {"undo": True}
    assert (message["base"], message["version"], now.version) == (1, 2, 2)


def test_one_edit_of_a_large_network_is_sent_in_a_few_hundred_bytes():
    names = [f"layer_{number}" for number in range(175)]
    nodes = [{"id": name, "block": "ConvBlock", "params": {"filters": 64}} for name in names]
    inputs = [{"id": "image", "shape": [64, 64, 3]}]
    design = read_design({"format": 1, "inputs": inputs, "nodes": nodes})
    _, sent = change(Sent(), drawn(design), {"undo": False})
    for edit in (
        {"op": "duplicate_many", "nodes": ["layer_80"]},
        {"op": "remove_many", "nodes": ["layer_80"]},
        {"op": "enable_many", "nodes": ["layer_80"], "enabled": False},
        {"op": "place_many", "places": {"layer_80": [1, 2]}},
    ):
        there, held = change(sent, drawn(done(design, edit)), {"undo": True})
        back, _ = change(held, drawn(design), {"undo": False})
        assert max(len(json.dumps(one)) for one in (there, back)) < 700


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
    st.write(" ".join(node.id for node in state.shown().nodes))
    st.write(" ".join(state.selection()) or "nothing")
    st.write(str(state.selected()))
    st.write(str(state.inside()))


@pytest.fixture
def act(service, workspace_store, monkeypatch):
    from blockwright.ui.design import design_storage

    monkeypatch.setattr(design_storage, "keep_draft", lambda: None)

    def run(*actions: object) -> tuple[list[str], str, str, str, list[str]]:
        messages = [{"number": number, "actions": [action]} for number, action in enumerate(actions, 1)]
        app = AppTest.from_function(acting, args=(messages,), default_timeout=30).run()
        assert not app.exception
        words = [one.value for one in app.markdown]
        return words[0].split(), words[1], words[2], words[3], [box.value for box in app.error]

    return run


@pytest.mark.slow
def test_one_selected_block_is_the_inspectors_and_several_are_not(act):
    assert act({"do": "select", "nodes": ["mix1"]})[1:] == ("mix1", "mix1", "None", [])
    assert act({"do": "select", "nodes": ["mix1", "mix2"]})[1:] == ("mix1 mix2", "None", "None", [])
    assert act({"do": "select", "nodes": ["mix1"]}, {"do": "select", "nodes": []})[1] == "nothing"


def test_what_is_new_is_selected(act):
    names, chosen, *_ = act({"op": "duplicate_many", "nodes": ["mix1", "mix2"]})
    assert len(names) == len(TUTORIAL) + 2
    assert chosen.split() == [name for name in names if name not in TUTORIAL]


@pytest.mark.slow
def test_a_block_of_ones_own_is_opened_edited_and_closed(act):
    compose = {"op": "compose", "nodes": ["mix3", "mix4"], "name": "Pair"}
    use = "pair1"
    opened = act(compose, {"do": "open", "node": use})
    assert (opened[0], opened[3]) == (["mix3", "mix4"], "Pair")
    inside = act(compose, {"do": "open", "node": use}, {"op": "remove_many", "nodes": ["mix4"]})
    assert inside[0] == ["mix3"]
    closed = act(
        compose, {"do": "open", "node": use}, {"op": "remove_many", "nodes": ["mix4"]}, {"do": "close"}
    )
    assert (closed[0], closed[1], closed[3]) == ([*TUTORIAL[:4], use, *TUTORIAL[6:]], use, "None")
    undone = act(compose, {"do": "open", "node": use}, {"do": "undo"})
    assert (undone[0], undone[3]) == (TUTORIAL, "None")


@pytest.mark.slow
@pytest.mark.parametrize(
    "action",
    [
        {"do": "explode"},
        {"do": "undo", "nodes": ["stem"]},
        {"do": "select", "nodes": "stem"},
        {"do": "close", "depth": "top"},
        {"do": {}},
        {"do": "select", "nodes": [{}, "nobody"]},
        {"do": "open", "node": "stem"},
        {"do": "close"},
        {"do": "fix", "node": "stem", "code": "x", "label": "y"},
        {"op": "paste", "nodes": [{"id": "x", "block": "y", "inputs": [{"a": 1}]}]},
        {"do": "undo"},
        {"do": "resend"},
    ],
)
def test_nonsense_changes_nothing_and_is_no_fault(act, action):
    names, _, _, _, errors = act(action)
    assert names == TUTORIAL
    assert not any("incident" in error for error in errors)

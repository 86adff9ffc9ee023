"""The canvas's side in Python: what it is sent, and what it may ask for."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from blockwright.architecture.catalog import Catalog
from blockwright.architecture.edits import EditError, apply_edits
from blockwright.architecture.findings import Finding
from blockwright.architecture.own_blocks import extended
from blockwright.architecture.presets import preset
from blockwright.architecture.reading import read_design
from blockwright.architecture.spec import Design
from blockwright.architecture.structure import resolve_outputs, resolve_reads
from blockwright.ui.canvas_data import entries, palette
from blockwright.ui.canvas_deeds import planned
from blockwright.ui.canvas_pasting import definitions, restored
from blockwright.ui.describing import Description
from blockwright.ui.sending import change
from tests.ui.fakes import catalog, describe

KNOWN = Catalog.from_list(catalog())
TUTORIAL = [node.id for node in preset("tutorial_inception").design.nodes]


def described(design: Design) -> Description:
    answer = describe(design)
    return Description(
        nodes={node["id"]: node for node in answer["nodes"]},
        totals=answer,
        findings=[Finding.model_validate(one) for one in answer["findings"]],
    )


def drawn(design: Design) -> dict:
    return entries(design, described(design), KNOWN)


def branches() -> Design:
    return read_design(
        {
            "format": 1,
            "inputs": [{"id": "image", "shape": [8, 8, 1]}],
            "nodes": [
                {"id": "a", "block": "ConvBlock", "params": {"filters": 4}},
                {"id": "b", "block": "ConvBlock", "params": {"filters": 4}, "enabled": False, "at": [10, 20]},
                {"id": "sum", "block": "Add", "inputs": ["a", "b"]},
                {"id": "head", "block": "Dense", "params": {"units": 2}},
            ],
        }
    )


def done(design: Design, **deed: object) -> Design:
    return apply_edits(design, planned(deed, design, extended(KNOWN, design)).edits)


def wires(design: Design) -> dict[str, tuple[str, ...]]:
    return resolve_reads(design)


def test_an_entry_says_what_a_block_is_reads_gives_and_costs():
    assert drawn(preset("tutorial_inception").design)["n:stem"] == {
        "id": "stem",
        "kind": "node",
        "block": "ConvBlock",
        "colour": "#6d5ae6",
        "params": {"filters": 96, "kernel_size": 3},
        "shape": "28 × 28 × 96",
        "cost": "864 params · 86.4 k MACs",
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
    pasted = {"id": "a", "block": "ConvBlock", "params": entry["params"]}
    assert restored([pasted], design)[0]["params"] == document["nodes"][0]["params"]
    elsewhere = restored([pasted], preset("lenet5").design)
    assert elsewhere[0]["params"] == {"filters": 4}


def test_the_palette_lists_every_block_of_the_catalog_once():
    names = [block["name"] for group in palette(KNOWN) for block in group["blocks"]]
    assert sorted(names) == sorted(KNOWN.blocks)


def apply(message: dict, before: dict) -> dict:
    """What the browser makes of a message, as `canvas/src/patch.js` does it."""
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
    first, sent = change(None, drawn(design), {"place": "x"})
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
    _, sent = change(None, drawn(off), {"undo": False, "inside": None})
    message, now = change(sent, drawn(design), {"undo": True, "inside": None})
    assert message["set"]["n:mix2"]["off"] is None
    assert message["facts"] == {"undo": True}
    assert (message["base"], message["version"], now.version) == (1, 2, 2)


def test_a_wire_is_drawn_to_a_free_place_or_takes_another():
    design = branches()
    assert wires(done(design, do="connect", **{"from": "image"}, to="sum", slot=None))["sum"] == (
        "a",
        "b",
        "image",
    )
    assert wires(done(design, do="connect", **{"from": "image"}, to="sum", slot=1))["sum"] == ("a", "image")
    assert wires(done(design, do="connect", **{"from": "a"}, to="head", slot=None))["head"] == ("a",)
    assert wires(done(design, do="connect", **{"from": "a", "port": 1}, to="head", slot=None))["head"] == (
        "a/1",
    )


def reads_after(design: Design, old: dict, new: dict) -> dict[str, tuple[str, ...]]:
    return wires(done(design, do="reconnect", **old, new=new))


TO_SUM = {"from": "b", "to": "sum", "slot": 1}


@pytest.mark.parametrize(
    ("new", "reads"),
    [
        ({"from": "image", "to": "sum", "slot": 1}, {"sum": ("a", "image")}),
        ({"from": "b", "to": "sum", "slot": 0}, {"sum": ("b", "a")}),
        ({"from": "b", "to": "sum", "slot": 9}, {"sum": ("a", "b")}),
        ({"from": "b", "to": "head", "slot": 0}, {"sum": ("a",), "head": ("b",)}),
        ({"from": "b", "to": "head", "slot": None}, {"sum": ("a",), "head": ("b",)}),
        ({"from": "a", "port": 1, "to": "sum", "slot": 1}, {"sum": ("a", "a/1")}),
    ],
)
def test_an_end_of_a_wire_is_taken_elsewhere(new, reads):
    found = reads_after(branches(), TO_SUM, new)
    assert {name: found[name] for name in reads} == reads


def test_a_wire_is_taken_to_an_output_and_from_one():
    design = done(branches(), do="reconnect", **TO_SUM, new={"from": "b", "to": "head", "output": True})
    assert (wires(design)["sum"], resolve_outputs(design)) == (("a",), ("b",))
    old = {"from": "head", "to": "head", "output": True}
    design = done(branches(), do="reconnect", **old, new={"from": "sum", "to": "head", "output": True})
    assert resolve_outputs(design) == ("sum",)


def test_a_wire_is_cut():
    design = done(branches(), do="disconnect", **{"from": "b"}, to="sum", slot=1)
    assert wires(design)["sum"] == ("a",)


def test_outputs_are_set_by_their_wires():
    design = done(branches(), do="output", node="a", on=True)
    assert resolve_outputs(design) == ("head", "a")
    design = done(design, do="connect", **{"from": "sum"}, to="head", output=True, slot=0)
    assert resolve_outputs(design) == ("sum", "a")
    assert resolve_outputs(done(design, do="output", output="sum", on=False)) == ("a",)
    assert resolve_outputs(done(design, do="disconnect", **{"from": "a"}, to="a", output=True)) == ("sum",)


def test_a_block_goes_into_the_wire_it_was_dropped_on():
    wire = {"from": "b", "port": 0, "to": "sum", "slot": 1}
    design = done(branches(), do="insert", block="ConvBlock", wire=wire)
    assert wires(design)["sum"] == ("a", "conv_block1")
    assert wires(design)["conv_block1"] == ("b",)


def test_a_block_goes_before_the_output_it_was_dropped_on():
    wire = {"from": "head", "port": 0, "to": "head", "output": True, "slot": 0}
    design = done(branches(), do="insert", block="ReLU", wire=wire)
    assert resolve_outputs(design) == ("relu1",)
    assert wires(design)["relu1"] == ("head",)


def test_a_free_node_goes_into_a_wire():
    design = done(branches(), do="insert", block="ConvBlock", at=[5, 6])
    assert wires(design)["conv_block1"] == ()
    wire = {"from": "a", "port": 0, "to": "sum", "slot": 0}
    design = done(design, do="insert", node="conv_block1", wire=wire)
    assert wires(design)["sum"] == ("conv_block1", "b")


def test_a_block_dropped_in_the_open_is_free_and_stays_there():
    design = done(branches(), do="insert", block="ConvBlock", at=[300, 20])
    new = design.node("conv_block1")
    assert (new.inputs, new.at) == ((), (300.0, 20.0))
    assert resolve_outputs(design) == ("head",)


def test_the_first_block_reads_the_only_input():
    empty = read_design({"format": 1, "inputs": [{"id": "image", "shape": [8, 8, 1]}]})
    design = done(empty, do="insert", block="ConvBlock", at=[0, 90])
    assert wires(design)["conv_block1"] == ("image",)


def test_a_wire_into_the_open_is_continued_by_the_next_block():
    wire = {"from": "a", "port": 0, "to": None}
    design = done(branches(), do="insert", block="ConvBlock", at=[1, 2], wire=wire)
    assert wires(design)["conv_block1"] == ("a",)
    assert resolve_outputs(design) == ("head",)


@pytest.mark.parametrize(
    ("after", "reads", "outputs"),
    [
        ("b", {"relu1": ("b",), "sum": ("a", "relu1")}, ("head",)),
        ("head", {"relu1": ("head",)}, ("relu1",)),
        ("a", {"relu1": ("a",), "b": ("relu1",), "sum": ("a", "b")}, ("head",)),
        ("image", {"relu1": ("image",), "a": ("relu1",)}, ("head",)),
        (None, {"relu1": ("head",)}, ("relu1",)),
    ],
)
def test_a_chosen_block_goes_after_the_selection(after, reads, outputs):
    design = done(branches(), do="insert", block="ReLU", after=after)
    found = wires(design)
    assert {name: found[name] for name in reads} == reads
    assert resolve_outputs(design) == outputs


def test_several_are_removed_duplicated_switched_and_placed_in_one_step():
    design = branches()
    assert [node.id for node in done(design, do="remove", nodes=["a", "b"]).nodes] == ["sum", "head"]
    assert len(done(design, do="duplicate", nodes=["a", "b"]).nodes) == 6
    switched = done(design, do="enable", nodes=["a", "sum"], enabled=False)
    assert [node.enabled for node in switched.nodes] == [False, False, False, True]
    placed = done(design, do="place", nodes=[{"id": "a", "at": [1, 2]}, {"id": "image", "at": [3, 4]}])
    assert (placed.node("a").at, placed.inputs[0].at) == ((1.0, 2.0), (3.0, 4.0))
    assert done(placed, do="arrange").node("a").at is None


UNIT = {"inputs": ["x"], "nodes": [{"id": "r", "block": "ReLU"}]}
OUTER = {"inputs": ["x"], "nodes": [{"id": "u", "block": "Unit"}]}


def with_blocks() -> Design:
    document = branches().document()
    document["nodes"][0] = {"id": "a", "block": "Outer"}
    document["composites"] = {"Outer": OUTER, "Unit": UNIT, "Spare": UNIT}
    return read_design(document)


def test_pasted_nodes_bring_their_blocks_along():
    nodes = [{"id": "a", "block": "Outer", "inputs": []}]
    design = done(branches(), do="paste", nodes=nodes, composites={"Outer": OUTER, "Unit": UNIT})
    assert (design.nodes[-1].block, set(design.composites)) == ("Outer", {"Outer", "Unit"})


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


def test_pasted_nodes_keep_the_wires_among_them():
    nodes = [
        {"id": "a", "block": "ConvBlock", "params": {"filters": 4}, "inputs": ["image"]},
        {"id": "b", "block": "ConvBlock", "inputs": ["a"]},
    ]
    design = done(branches(), do="paste", nodes=nodes, at=None)
    assert len(design.nodes) == 6
    assert wires(design)["b1"] == ("a1",)


@pytest.mark.parametrize(
    "deed",
    [
        {"do": "explode"},
        {"do": ["x"]},
        {"do": "connect"},
        {"do": "connect", "from": "nobody", "to": "sum"},
        {"do": "connect", "from": "a", "to": "nobody"},
        {"do": "connect", "from": "a", "port": "x", "to": "sum"},
        {"do": "connect", "from": "a", "to": "image"},
        {"do": "connect", "from": "head", "to": "a", "slot": 0},
        {"do": "connect", "from": "a", "to": "sum", "slot": 99},
        {"do": "disconnect", "from": "image", "to": "sum", "slot": 0},
        {"do": "disconnect", "from": "head", "to": "head", "output": True},
        {"do": "output", "node": "head", "on": True},
        {"do": "output", "output": "nobody", "on": False},
        {"do": "insert"},
        {"do": "insert", "block": "ReLU", "wire": {"from": "b", "to": "head", "slot": 0}},
        {"do": "insert", "block": "ReLU", "at": ["x", {}]},
        {"do": "insert", "block": "ReLU", "at": [1e300, 0]},
        {"do": "insert", "node": "b", "wire": None},
        {"do": "remove", "nodes": []},
        {"do": "remove", "nodes": [{}]},
        {"do": "remove", "nodes": ["nobody"]},
        {"do": "remove", "nodes": ["image"]},
        {"do": "duplicate", "nodes": "a"},
        {"do": "paste", "nodes": "x"},
        {"do": "paste", "nodes": [None]},
        {"do": "paste", "nodes": [{"id": "a"}]},
        {"do": "paste", "nodes": [{"id": "a", "block": "ConvBlock"}] * 501},
        {"do": "paste", "nodes": [{"id": "a", "block": "Nowhere"}]},
        {"do": "paste", "nodes": [{"id": "a", "block": "Unit"}], "composites": [UNIT]},
        {"do": "paste", "nodes": [{"id": "a", "block": "Unit"}], "composites": {"Unit": [UNIT]}},
        {"do": "paste", "nodes": [{"id": "a", "block": "Unit"}], "composites": {"Unit": OUTER}},
        {"do": "paste", "nodes": [{"id": "a", "block": "Outer"}], "composites": {"Outer": OUTER}},
        {"do": "paste", "nodes": [{"id": "a", "block": "ReLU"}], "composites": {"ReLU": UNIT}},
        {"do": "reconnect"},
        {"do": "reconnect", **TO_SUM},
        {"do": "reconnect", **TO_SUM, "new": {"from": "head", "to": "a", "slot": 0}},
        {"do": "reconnect", **TO_SUM, "new": {"from": "nobody", "to": "a", "slot": 0}},
        {"do": "reconnect", **TO_SUM, "new": {"from": "b", "to": "image", "slot": 0}},
        {"do": "reconnect", "from": "image", "to": "sum", "slot": 1, "new": {"from": "a", "to": "sum"}},
        {
            "do": "reconnect",
            "from": "head",
            "to": "head",
            "output": True,
            "new": {"from": "head", "to": "sum", "slot": 0},
        },
        {"do": "compose", "nodes": ["a"], "name": "two words"},
        {"do": "compose", "nodes": ["a"], "name": "ReLU"},
        {"do": "place", "nodes": [{"id": "a", "at": "top"}]},
        {"do": "place", "nodes": [3]},
        {"do": "enable", "nodes": ["nobody"], "enabled": True},
        {"do": "compose", "nodes": ["a", "sum"]},
    ],
)
def test_nonsense_from_a_browser_is_refused_with_a_sentence(deed):
    design = branches()
    with pytest.raises(EditError) as refused:
        apply_edits(design, planned(deed, design, KNOWN).edits)
    assert str(refused.value).endswith(".")
    assert "pydantic" not in str(refused.value)


def acting(messages: list) -> None:
    import streamlit as st

    from blockwright.architecture.presets import preset
    from blockwright.ui import canvas, editing, state
    from blockwright.ui.messages import show_notices

    if "begun" not in st.session_state:
        st.session_state["begun"] = True
        state.open_design(preset("tutorial_inception").design)
        for message in messages:
            canvas.answer(message)
    show_notices(editing.PLACE)
    st.write(" ".join(node.id for node in state.shown().nodes))
    st.write(" ".join(canvas.chosen()) or "nothing")
    st.write(str(state.selected()))
    st.write(str(state.inside()))


@pytest.fixture
def act(service, workspace_store, monkeypatch):
    from blockwright.ui import opening

    monkeypatch.setattr(opening, "keep_draft", lambda: None)

    def run(*deeds: object) -> tuple[list[str], str, str, str, list[str]]:
        messages = [{"number": number, "deeds": [deed]} for number, deed in enumerate(deeds, 1)]
        app = AppTest.from_function(acting, args=(messages,), default_timeout=30).run()
        assert not app.exception
        words = [one.value for one in app.markdown]
        return words[0].split(), words[1], words[2], words[3], [box.value for box in app.error]

    return run


def test_one_selected_block_is_the_inspectors_and_several_are_not(act):
    assert act({"do": "select", "nodes": ["mix1"]})[1:] == ("mix1", "mix1", "None", [])
    assert act({"do": "select", "nodes": ["mix1", "mix2"]})[1:] == ("mix1 mix2", "None", "None", [])
    assert act({"do": "select", "nodes": ["mix1"]}, {"do": "select", "nodes": []})[1] == "nothing"


def test_what_is_new_is_selected(act):
    names, chosen, *_ = act({"do": "duplicate", "nodes": ["mix1", "mix2"]})
    assert len(names) == len(TUTORIAL) + 2
    assert chosen.split() == [name for name in names if name not in TUTORIAL]


def test_a_block_of_ones_own_is_opened_edited_and_closed(act):
    compose = {"do": "compose", "nodes": ["mix3", "mix4"], "name": "Pair"}
    use = "pair1"
    opened = act(compose, {"do": "open", "node": use})
    assert (opened[0], opened[3]) == (["mix3", "mix4"], "Pair")
    inside = act(compose, {"do": "open", "node": use}, {"do": "remove", "nodes": ["mix4"]})
    assert inside[0] == ["mix3"]
    closed = act(compose, {"do": "open", "node": use}, {"do": "remove", "nodes": ["mix4"]}, {"do": "close"})
    assert (closed[0], closed[1], closed[3]) == ([*TUTORIAL[:4], use, *TUTORIAL[6:]], use, "None")
    undone = act(compose, {"do": "open", "node": use}, {"do": "undo"})
    assert (undone[0], undone[3]) == (TUTORIAL, "None")


@pytest.mark.parametrize(
    "deed",
    [
        {"do": "explode"},
        {"do": {}},
        {"do": "select", "nodes": [{}, "nobody"]},
        {"do": "open", "node": "stem"},
        {"do": "close"},
        {"do": "fix", "node": "stem", "code": "x", "label": "y"},
        {"do": "paste", "nodes": [{"id": "x", "block": "y", "inputs": [{"a": 1}]}]},
        {"do": "undo"},
        {"do": "resend"},
    ],
)
def test_nonsense_changes_nothing_and_is_no_fault(act, deed):
    names, _, _, _, errors = act(deed)
    assert names == TUTORIAL
    assert not any("incident" in error for error in errors)

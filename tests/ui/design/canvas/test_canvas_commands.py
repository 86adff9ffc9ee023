"""What the canvas may ask for: each deed as edits of the design, and nonsense refused."""

import pytest

from blockwright.design.edits import EditError, apply_edits
from blockwright.design.parse import read_design
from blockwright.design.structure import resolve_outputs
from blockwright.schema.design import Design
from blockwright.ui.design.canvas.canvas_commands import planned
from blockwright.ui.design.canvas.canvas_pasting import definitions
from tests.ui.canvas_designs import KNOWN, branches, done, wires


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

"""What the canvas sends: edits that are completed and applied to the design, and nonsense refused."""

import pytest

from blockwright.design.edits import EditError, Insert
from blockwright.design.parse import read_design
from blockwright.design.wiring import resolve_outputs
from blockwright.ui.design.edit_completion import completed
from tests.ui.canvas_designs import KNOWN, branches, done, wires


def wire(source: str, to: str, slot: int | None = None) -> dict:
    return {"op": "wire", "from": source, "to": to, "slot": slot}


def test_a_wire_is_drawn_to_a_free_place_or_takes_another():
    design = branches()
    assert wires(done(design, wire("image", "sum")))["sum"] == ("a", "b", "image")
    assert wires(done(design, wire("image", "sum", 1)))["sum"] == ("a", "image")
    assert wires(done(design, wire("a", "head")))["head"] == ("a",)
    assert wires(done(design, wire("a/1", "head")))["head"] == ("a/1",)


B_TO_SUM = {"from": "b", "to": "sum", "slot": 1}


@pytest.mark.parametrize(
    ("edits", "reads"),
    [
        ([{"op": "rewire", **B_TO_SUM, "new": "image", "new_slot": 1}], {"sum": ("a", "image")}),
        ([{"op": "rewire", **B_TO_SUM, "new": "b", "new_slot": 0}], {"sum": ("b", "a")}),
        ([{"op": "rewire", **B_TO_SUM, "new": "b", "new_slot": 9}], {"sum": ("a", "b")}),
        ([{"op": "rewire", **B_TO_SUM, "new": "a/1", "new_slot": 1}], {"sum": ("a", "a/1")}),
        ([{"op": "unwire", **B_TO_SUM}, wire("b", "head", 0)], {"sum": ("a",), "head": ("b",)}),
        ([{"op": "unwire", **B_TO_SUM}, wire("b", "head")], {"sum": ("a",), "head": ("b",)}),
    ],
)
def test_an_end_of_a_wire_is_moved(edits, reads):
    after = wires(done(branches(), *edits))
    assert {name: after[name] for name in reads} == reads


def test_a_wire_is_moved_to_an_output_and_from_one():
    to_output = {"op": "replace_output", "output": "head", "from": "b"}
    design = done(branches(), {"op": "unwire", **B_TO_SUM}, to_output)
    assert (wires(design)["sum"], resolve_outputs(design)) == (("a",), ("b",))
    design = done(branches(), {"op": "replace_output", "output": "head", "from": "sum"})
    assert resolve_outputs(design) == ("sum",)


def test_a_wire_is_removed():
    assert wires(done(branches(), {"op": "unwire", **B_TO_SUM}))["sum"] == ("a",)


def test_outputs_are_added_replaced_and_removed():
    design = done(branches(), {"op": "add_output", "from": "a"})
    assert resolve_outputs(design) == ("head", "a")
    design = done(design, {"op": "replace_output", "output": "head", "from": "sum"})
    assert resolve_outputs(design) == ("sum", "a")
    assert resolve_outputs(done(design, {"op": "remove_output", "output": "sum"})) == ("a",)
    assert resolve_outputs(done(design, {"op": "remove_output", "output": "a"})) == ("sum",)


def test_a_block_goes_into_the_wire_it_was_dropped_on():
    design = done(branches(), {"op": "splice", "block": "ConvBlock", **B_TO_SUM})
    assert wires(design)["sum"] == ("a", "conv_block1")
    assert wires(design)["conv_block1"] == ("b",)


def test_a_block_goes_before_the_output_it_was_dropped_on():
    design = done(branches(), {"op": "extend_output", "block": "ReLU", "output": "head"})
    assert resolve_outputs(design) == ("relu1",)
    assert wires(design)["relu1"] == ("head",)


def test_an_unconnected_node_goes_into_a_wire():
    design = done(branches(), {"op": "insert", "block": "ConvBlock", "at": [5, 6], "inputs": []})
    assert wires(design)["conv_block1"] == ()
    design = done(design, {"op": "splice", "node": "conv_block1", "from": "a", "to": "sum", "slot": 0})
    assert wires(design)["sum"] == ("conv_block1", "b")


def test_a_block_dropped_beside_the_wires_is_not_connected_and_stays_there():
    design = done(branches(), {"op": "insert", "block": "ConvBlock", "at": [300, 20], "inputs": []})
    new = design.node("conv_block1")
    assert (new.inputs, new.at) == ((), (300.0, 20.0))
    assert resolve_outputs(design) == ("head",)


def test_the_first_block_reads_the_only_input():
    empty = read_design({"format": 1, "inputs": [{"id": "image", "shape": [8, 8, 1]}]})
    design = done(empty, {"op": "insert", "block": "ConvBlock", "at": [0, 90]})
    assert wires(design)["conv_block1"] == ("image",)


def test_a_new_block_gets_the_arguments_that_it_starts_with_and_the_insertion_place():
    design = branches()
    edit = completed(Insert(block="Dense"), design, KNOWN, 2)
    assert (edit.params, edit.index) == ({"units": 10}, 2)
    edit = completed(Insert(block="Dense", params={"units": 3}, index=0), design, KNOWN, 2)
    assert (edit.params, edit.index) == ({"units": 3}, 0)
    with pytest.raises(EditError, match="service is starting"):
        completed(Insert(block="Dense"), design, None, 2)


def test_a_wire_that_ends_nowhere_is_continued_by_the_next_block():
    design = done(branches(), {"op": "branch", "block": "ConvBlock", "from": "a", "at": [1, 2]})
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
    design = done(branches(), {"op": "insert_after", "block": "ReLU", "after": after})
    result = wires(design)
    assert {name: result[name] for name in reads} == reads
    assert resolve_outputs(design) == outputs


def test_several_are_removed_duplicated_switched_and_placed_in_one_step():
    design = branches()
    removed = done(design, {"op": "remove_many", "nodes": ["a", "b"]})
    assert [node.id for node in removed.nodes] == ["sum", "head"]
    assert len(done(design, {"op": "duplicate_many", "nodes": ["a", "b"]}).nodes) == 6
    switched = done(design, {"op": "enable_many", "nodes": ["a", "sum"], "enabled": False})
    assert [node.enabled for node in switched.nodes] == [False, False, False, True]
    placed = done(design, {"op": "place_many", "places": {"a": [1, 2], "image": [3, 4]}})
    assert (placed.node("a").at, placed.inputs[0].at) == ((1.0, 2.0), (3.0, 4.0))
    assert done(placed, {"op": "arrange"}).node("a").at is None


def test_inputs_are_removed_with_the_nodes():
    design = done(branches(), {"op": "add_input", "id": "mask", "shape": [8, 8, 1]})
    removed = done(design, {"op": "remove_many", "nodes": ["mask", "a"]})
    assert ([one.id for one in removed.inputs], len(removed.nodes)) == (["image"], 3)


UNIT = {"inputs": ["x"], "nodes": [{"id": "r", "block": "ReLU"}]}
OUTER = {"inputs": ["x"], "nodes": [{"id": "u", "block": "Unit"}]}


def test_pasted_nodes_bring_their_blocks_along():
    nodes = [{"id": "a", "block": "Outer", "inputs": []}]
    design = done(branches(), {"op": "paste", "nodes": nodes, "composites": {"Outer": OUTER, "Unit": UNIT}})
    assert (design.nodes[-1].block, set(design.composites)) == ("Outer", {"Outer", "Unit"})


def test_pasted_nodes_keep_the_wires_among_them():
    nodes = [
        {"id": "a", "block": "ConvBlock", "params": {"filters": 4}, "inputs": ["image"]},
        {"id": "b", "block": "ConvBlock", "inputs": ["a"]},
    ]
    design = done(branches(), {"op": "paste", "nodes": nodes, "at": None})
    assert len(design.nodes) == 6
    assert wires(design)["b1"] == ("a1",)


@pytest.mark.parametrize(
    "edits",
    [
        [{"op": "explode"}],
        [{"op": ["x"]}],
        [{"op": "wire"}],
        [wire("nobody", "sum")],
        [wire("a", "nobody")],
        [wire("a/x", "sum")],
        [wire("a", "image")],
        [wire("head", "a", 0)],
        [wire("a", "sum", 99)],
        [{"op": "unwire", "from": "image", "to": "sum", "slot": 0}],
        [{"op": "remove_output", "output": "head"}],
        [{"op": "add_output", "from": "head"}],
        [{"op": "add_output", "from": "nobody"}],
        [{"op": "remove_output", "output": "nobody"}],
        [{"op": "replace_output", "output": "nobody", "from": "a"}],
        [{"op": "insert"}],
        [{"op": "splice", "block": "ReLU", "from": "b", "to": "head", "slot": 0}],
        [{"op": "insert", "block": "ReLU", "at": ["x", {}]}],
        [{"op": "insert", "block": "ReLU", "at": [1e300, 0]}],
        [{"op": "insert", "block": "Nonsense"}],
        [{"op": "splice", "node": "b"}],
        [{"op": "branch", "block": "ReLU", "from": "nobody"}],
        [{"op": "extend_output", "block": "ReLU", "output": "a"}],
        [{"op": "remove_many", "nodes": []}],
        [{"op": "remove_many", "nodes": [{}]}],
        [{"op": "remove_many", "nodes": ["nobody"]}],
        [{"op": "remove_many", "nodes": ["image"]}],
        [{"op": "duplicate_many", "nodes": "a"}],
        [{"op": "paste", "nodes": "x"}],
        [{"op": "paste", "nodes": [None]}],
        [{"op": "paste", "nodes": [{"id": "a"}]}],
        [{"op": "paste", "nodes": [{"id": "a", "block": "ConvBlock"}] * 501}],
        [{"op": "paste", "nodes": [{"id": "a", "block": "Nowhere"}]}],
        [{"op": "paste", "nodes": [{"id": "a", "block": "Unit"}], "composites": [UNIT]}],
        [{"op": "paste", "nodes": [{"id": "a", "block": "Unit"}], "composites": {"Unit": [UNIT]}}],
        [{"op": "paste", "nodes": [{"id": "a", "block": "Unit"}], "composites": {"Unit": OUTER}}],
        [{"op": "paste", "nodes": [{"id": "a", "block": "Outer"}], "composites": {"Outer": OUTER}}],
        [{"op": "paste", "nodes": [{"id": "a", "block": "ReLU"}], "composites": {"ReLU": UNIT}}],
        [{"op": "rewire"}],
        [{"op": "rewire", **B_TO_SUM}],
        [{"op": "rewire", **B_TO_SUM, "new": "nobody"}],
        [{"op": "rewire", **B_TO_SUM, "new": "head"}],
        [{"op": "rewire", "from": "image", "to": "sum", "slot": 1, "new": "a"}],
        [{"op": "unwire", **B_TO_SUM}, wire("head", "a", 0)],
        [{"op": "unwire", **B_TO_SUM}, wire("b", "image", 0)],
        [{"op": "remove_output", "output": "head"}, wire("head", "sum", 0)],
        [{"op": "compose", "nodes": ["a"], "name": "two words"}],
        [{"op": "compose", "nodes": ["a"], "name": "ReLU"}],
        [{"op": "place_many", "places": {"a": "top"}}],
        [{"op": "place_many", "places": [3]}],
        [{"op": "place_many", "places": {}}],
        [{"op": "place_many", "places": {"nobody": [1, 2]}}],
        [{"op": "enable_many", "nodes": ["nobody"], "enabled": True}],
        [{"op": "compose", "nodes": ["a", "sum"]}],
    ],
)
def test_nonsense_from_a_browser_is_refused_with_a_sentence(edits):
    with pytest.raises(EditError) as refused:
        done(branches(), *edits)
    assert str(refused.value).endswith(".")
    assert "pydantic" not in str(refused.value)

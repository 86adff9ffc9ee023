"""Edits of the graph: wires, free nodes, several nodes at once, shared weights, places on the canvas."""

import pytest

from blockwright.design.edits import EditError, apply_edit, apply_edits
from blockwright.design.parse import read_design
from blockwright.design.structure import check_structure
from blockwright.design.wiring import resolve_outputs, resolve_reads
from blockwright.schema.design import Design


def branching() -> Design:
    return read_design(
        {
            "format": 1,
            "name": "Branches",
            "inputs": [{"id": "image", "shape": [8, 8, 1]}],
            "nodes": [
                {"id": "a", "block": "Conv2D"},
                {"id": "b", "block": "Conv2D", "inputs": ["a"]},
                {"id": "c", "block": "Conv2D", "inputs": ["a"]},
                {"id": "sum", "block": "Add", "inputs": ["b", "c"]},
            ],
        }
    )


def reads_after(*edits: dict) -> dict[str, tuple[str, ...]]:
    return resolve_reads(apply_edits(branching(), edits))


def test_a_wire_is_drawn_beside_what_a_node_reads() -> None:
    assert reads_after({"op": "wire", "from": "a", "to": "sum"})["sum"] == ("b", "c", "a")


def test_a_wire_is_drawn_in_place_of_another() -> None:
    assert reads_after({"op": "wire", "from": "a", "to": "sum", "slot": 1})["sum"] == ("b", "a")


def test_a_wire_into_a_taken_input_is_merged_with_the_one_that_is_there() -> None:
    reads = reads_after({"op": "merge", "from": "c", "to": "b", "slot": 0, "block": "Concatenate"})
    assert reads["concatenate1"] == ("a", "c")
    assert reads["b"] == ("concatenate1",)
    assert reads["sum"] == ("b", "c")


def test_a_merge_into_a_free_input_or_a_cycle_is_refused() -> None:
    with pytest.raises(EditError, match="has 1 inputs, so nothing can be merged at input 1"):
        apply_edit(branching(), {"op": "merge", "from": "c", "to": "b", "slot": 1, "block": "Add"})
    with pytest.raises(EditError, match="cycle"):
        apply_edit(branching(), {"op": "merge", "from": "sum", "to": "b", "slot": 0, "block": "Add"})


def test_a_wire_is_cut() -> None:
    assert reads_after({"op": "unwire", "from": "b", "to": "sum"})["sum"] == ("c",)


def test_the_last_wire_of_a_node_is_cut_and_the_node_says_so() -> None:
    design = apply_edit(branching(), {"op": "unwire", "from": "a", "to": "c"})
    assert design.node("c").inputs == ()
    assert "unconnected" in [finding.code for finding in check_structure(design)]


def test_a_new_block_goes_into_a_wire() -> None:
    design = apply_edit(
        branching(), {"op": "splice", "from": "c", "to": "sum", "block": "ReLU", "at": [10, 20]}
    )
    assert resolve_reads(design)["sum"] == ("b", "relu1")
    assert resolve_reads(design)["relu1"] == ("c",)
    assert design.node("relu1").at == (10, 20)


def test_a_node_moves_from_its_chain_into_a_wire() -> None:
    design = apply_edit(branching(), {"op": "splice", "from": "c", "to": "sum", "node": "b"})
    assert resolve_reads(design) == {"a": ("image",), "c": ("a",), "b": ("c",), "sum": ("a", "b")}


def test_a_free_node_leaves_every_wire_and_the_output_alone() -> None:
    design = apply_edit(branching(), {"op": "insert", "block": "ReLU", "inputs": [], "at": [0, 0]})
    assert resolve_outputs(design) == ("sum",)
    assert {key: value for key, value in resolve_reads(design).items() if key != "relu1"} == reads_after()


def test_a_free_node_in_the_middle_of_the_list_is_not_read_by_the_next() -> None:
    design = apply_edit(branching(), {"op": "insert", "block": "ReLU", "inputs": [], "index": 0})
    assert resolve_reads(design)["a"] == ("image",)


def test_nodes_are_removed_together() -> None:
    assert reads_after({"op": "remove_many", "nodes": ["b", "c"]}) == {"a": ("image",), "sum": ("a", "a")}


def test_copies_keep_the_wires_among_them_and_those_from_outside() -> None:
    design = apply_edit(branching(), {"op": "duplicate_many", "nodes": ["b", "sum"]})
    assert resolve_reads(design)["b1"] == ("a",)
    assert resolve_reads(design)["sum1"] == ("b1", "c")
    assert resolve_outputs(design) == ("sum",)


def test_pasted_nodes_read_only_each_other() -> None:
    nodes = [{"id": "b", "block": "Conv2D", "inputs": ["a"]}, {"id": "d", "block": "ReLU", "inputs": ["b"]}]
    design = apply_edit(branching(), {"op": "paste", "nodes": nodes})
    assert resolve_reads(design)["b1"] == ()
    assert resolve_reads(design)["d1"] == ("b1",)


def test_a_pasted_block_of_another_inside_comes_under_a_free_name() -> None:
    nodes = [{"id": "u", "block": "Unit", "inputs": []}]
    first = {"Unit": {"inputs": ["x"], "nodes": [{"id": "r", "block": "ReLU"}]}}
    second = {"Unit": {"inputs": ["x"], "nodes": [{"id": "r", "block": "Flatten"}]}}
    design = apply_edits(
        branching(),
        [
            {"op": "paste", "nodes": nodes, "composites": first},
            {"op": "paste", "nodes": nodes, "composites": first},
            {"op": "paste", "nodes": nodes, "composites": second},
        ],
    )
    assert [node.block for node in design.nodes[4:]] == ["Unit", "Unit", "Unit2"]
    assert design.composites["Unit2"].nodes[0].block == "Flatten"


def test_a_place_by_hand_is_kept_and_forgotten() -> None:
    placed = apply_edits(
        branching(),
        [{"op": "place", "node": "b", "at": [1.5, -2]}, {"op": "place", "node": "image", "at": [0, 0]}],
    )
    assert (placed.node("b").at, placed.inputs[0].at) == ((1.5, -2), (0, 0))
    assert read_design(placed.text()) == placed
    assert apply_edit(placed, {"op": "arrange"}) == branching()


def test_a_node_takes_the_weights_of_another_and_gets_its_own_back() -> None:
    start = apply_edit(branching(), {"op": "set", "node": "b", "params": {"filters": 7}})
    shared = apply_edit(start, {"op": "share", "node": "c", "with": "b"})
    assert (shared.node("c").shares, shared.node("c").params) == ("b", {})
    apart = apply_edit(shared, {"op": "share", "node": "c", "with": None})
    assert (apart.node("c").shares, apart.node("c").params) == (None, {"filters": 7})


def test_who_shared_with_a_removed_node_keeps_its_arguments() -> None:
    design = apply_edits(
        branching(),
        [
            {"op": "set", "node": "b", "params": {"filters": 7}},
            {"op": "share", "node": "c", "with": "b"},
            {"op": "remove", "node": "b"},
        ],
    )
    assert (design.node("c").shares, design.node("c").params) == (None, {"filters": 7})


def test_inputs_come_and_go() -> None:
    more = apply_edits(
        branching(),
        [{"op": "add_input", "id": "mask", "shape": [8, 8, 1]}, {"op": "wire", "from": "mask", "to": "sum"}],
    )
    assert [one.id for one in more.inputs] == ["image", "mask"]
    assert resolve_reads(more)["sum"] == ("b", "c", "mask")
    assert resolve_reads(apply_edit(more, {"op": "remove_input", "input": "mask"})) == reads_after()


def test_the_list_stays_in_an_order_in_which_the_network_runs() -> None:
    design = apply_edits(
        branching(),
        [
            {"op": "insert", "block": "ReLU", "id": "late", "inputs": ["a"]},
            {"op": "wire", "from": "late", "to": "b", "slot": 0},
        ],
    )
    assert [node.id for node in design.nodes] == ["a", "c", "late", "b", "sum"]


def test_a_second_result_is_a_source_like_any_other() -> None:
    design = read_design(
        {
            "format": 1,
            "inputs": [{"id": "x", "shape": [4, 2]}],
            "nodes": [
                {"id": "lstm", "block": "LSTM", "params": {"return_state": True}},
                {"id": "state", "block": "Dense", "inputs": ["lstm/1"]},
                {"id": "both", "block": "Concatenate", "inputs": ["lstm", "state"]},
            ],
        }
    )
    assert check_structure(design) == []
    named = apply_edit(design, {"op": "rename", "node": "lstm", "to": "memory"})
    assert resolve_reads(named)["state"] == ("memory/1",)
    assert resolve_reads(apply_edit(design, {"op": "remove", "node": "lstm"}))["state"] == ("x",)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        ({"op": "wire", "from": "sum", "to": "a"}, "this would create a cycle"),
        ({"op": "wire", "from": "sum", "to": "sum"}, "cannot read itself"),
        ({"op": "wire", "from": "nobody", "to": "a"}, "no node or input"),
        ({"op": "wire", "from": 3, "to": "a"}, "`from` must be text"),
        ({"op": "wire", "from": "a", "to": "image"}, "no node named"),
        ({"op": "wire", "from": "a", "to": "sum", "slot": 9}, "no input 9"),
        ({"op": "unwire", "from": "image", "to": "sum"}, "is not connected to"),
        ({"op": "splice", "from": "a", "to": "sum", "block": "ReLU"}, "is not connected to"),
        ({"op": "splice", "from": "b", "to": "sum"}, "either `block` or `node`"),
        ({"op": "splice", "from": "b", "to": "sum", "node": "b"}, "at an end of this connection"),
        ({"op": "splice", "from": "b", "to": "sum", "node": "gone"}, "no node named"),
        ({"op": "remove_many", "nodes": []}, "must name at least one block"),
        ({"op": "remove_many", "nodes": ["a", "gone"]}, "no node named"),
        ({"op": "paste", "nodes": []}, "nothing to paste"),
        ({"op": "paste", "nodes": [{"id": "x"}]}, "wrong kind"),
        ({"op": "paste", "nodes": ["x"]}, "wrong kind"),
        ({"op": "place", "node": "a", "at": [1]}, r"`at\[1\]` is missing"),
        ({"op": "place", "node": "a", "at": [1, "x"]}, r"`at\[1\]` must be a number"),
        ({"op": "repeat", "node": "a", "times": 0}, "1 to 100"),
        ({"op": "repeat", "node": "a", "times": True}, "`times` must be a whole number"),
        ({"op": "share", "node": "sum", "with": "a"}, "only the same blocks"),
        ({"op": "share", "node": "a", "with": "a"}, "cannot share weights with itself"),
        ({"op": "add_input", "id": "a"}, "is taken"),
        ({"op": "add_input", "dtype": "complex"}, "wrong kind"),
        ({"op": "remove_input", "input": "image"}, "needs an input"),
        ({"op": "remove_input", "input": "b"}, "no input named"),
    ],
)
def test_an_edit_of_the_graph_that_makes_no_sense_is_refused(edit: dict, words: str) -> None:
    with pytest.raises(EditError, match=words):
        apply_edit(branching(), edit)


def test_shared_weights_that_cannot_be_are_found_with_a_fix() -> None:
    design = read_design(
        {
            "format": 1,
            "inputs": [{"id": "x", "shape": [4]}],
            "nodes": [
                {"id": "a", "block": "Dense", "params": {"units": 4}},
                {"id": "b", "block": "ReLU", "shares": "a"},
                {"id": "c", "block": "Dense", "shares": "gone"},
                {"id": "d", "block": "Dense", "shares": "d"},
                {"id": "e", "block": "Dense", "shares": "a", "params": {"units": 5}},
                {"id": "f", "block": "Dense", "shares": "a", "repeat": 2},
            ],
        }
    )
    found = [finding for finding in check_structure(design) if finding.code == "sharing"]
    assert [finding.node for finding in found] == ["b", "c", "d", "e", "f"]
    mended = apply_edits(design, [edit for finding in found for edit in finding.fix.edits])
    assert [finding.code for finding in check_structure(mended)] == []

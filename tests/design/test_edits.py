import pytest
from hypothesis import given
from hypothesis import strategies as st

from blockwright.design.edits import (
    EDITS,
    Duplicate,
    EditError,
    Insert,
    Move,
    Remove,
    Rename,
    SetOutputs,
    SetParams,
    apply_edit,
    apply_edits,
)
from blockwright.design.parse import read_design
from blockwright.design.structure import check_structure
from blockwright.design.wiring import resolve_reads
from blockwright.schema.findings import DesignError
from tests.design.designs import abc, graphs, names, stack


def test_insert_goes_into_the_wire_that_runs_there():
    design = Insert(block="Dense", params={"units": 4}, index=1).apply(abc())
    assert names(design) == ["a", "dense1", "b", "c"]
    assert resolve_reads(design)["b"] == ("dense1",)
    assert design.node("dense1").params == {"units": 4}


def test_insert_takes_over_a_wire_drawn_by_hand():
    design = stack(
        {"id": "a", "block": "ReLU"},
        {"id": "b", "block": "ReLU"},
        {"id": "sum", "block": "Add", "inputs": ["b", "a"]},
    )
    assert resolve_reads(Insert(block="ReLU", index=2).apply(design))["sum"] == ("relu1", "a")


def test_insert_at_the_end_moves_the_named_output_along():
    design = SetOutputs(outputs=("c",)).apply(abc())
    assert Insert(block="Dense", params={"units": 2}).apply(design).outputs == ("dense1",)


def test_remove_joins_the_ends_of_the_wire():
    design = stack(
        {"id": "a", "block": "ReLU"},
        {"id": "b", "block": "ReLU"},
        {"id": "sum", "block": "Add", "inputs": ["b", "a"]},
        {"id": "c", "block": "ReLU"},
    )
    assert resolve_reads(Remove(node="b").apply(design)) == {
        "a": ("image",),
        "sum": ("a", "a"),
        "c": ("sum",),
    }


def test_remove_of_a_branch_head_leaves_its_followers_on_the_branch():
    design = stack(
        {"id": "a", "block": "ReLU"},
        {"id": "b", "block": "ReLU"},
        {"id": "side", "block": "ReLU", "inputs": ["a"]},
        {"id": "c", "block": "ReLU"},
    )
    assert resolve_reads(Remove(node="side").apply(design))["c"] == ("a",)


def test_move_reorders_a_stack_even_when_its_wires_are_spelled_out():
    design = stack(
        {"id": "a", "block": "ReLU", "inputs": ["image"]},
        {"id": "b", "block": "ReLU", "inputs": ["a"]},
        {"id": "c", "block": "ReLU", "inputs": ["b"]},
    )
    moved = Move(node="a", index=2).apply(design)
    assert names(moved) == ["b", "c", "a"]
    assert resolve_reads(moved) == {"b": ("image",), "c": ("b",), "a": ("c",)}


def test_move_that_would_close_a_ring_is_refused():
    design = stack(
        {"id": "a", "block": "ReLU"},
        {"id": "b", "block": "ReLU"},
        {"id": "sum", "block": "Add", "inputs": ["b", "a"]},
    )
    with pytest.raises(EditError, match='"a" cannot be moved there'):
        Move(node="a", index=2).apply(design)


def test_duplicate_stands_below_with_a_free_name_and_the_same_arguments():
    design = stack({"id": "mix1", "block": "InceptionBlock", "params": {"filters_1x1": 3}, "enabled": False})
    copy = Duplicate(node="mix1").apply(design).nodes[1]
    assert (copy.id, copy.params, copy.enabled) == ("mix2", {"filters_1x1": 3}, False)


def test_rename_follows_every_wire():
    design = stack({"id": "a", "block": "ReLU"}, {"id": "b", "block": "Add", "inputs": ["a", "image"]})
    edits = [SetOutputs(outputs=("b",)), Rename(node="a", to="first"), Rename(node="b", to="sum")]
    renamed = apply_edits(design, edits)
    assert resolve_reads(renamed) == {"first": ("image",), "sum": ("first", "image")}
    assert renamed.outputs == ("sum",)


def test_set_and_unset_change_only_what_they_name():
    design = stack({"id": "a", "block": "Dense", "params": {"units": 3, "use_bias": False}})
    assert SetParams(node="a", params={"units": 5}, unset=("use_bias",)).apply(design).node("a").params == {
        "units": 5
    }


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        ({"op": "move", "node": "a", "index": 9}, "positions 0 to 2. Received: 9"),
        ({"op": "move", "node": "zzz", "index": 0}, 'no node named "zzz"'),
        ({"op": "insert", "block": "ReLU", "index": -1}, "between 0 and 3. Received: -1"),
        ({"op": "insert", "block": "ReLU", "id": "a"}, '"a" is taken'),
        ({"op": "insert", "block": 3}, "wrong kind"),
        ({"op": "insert", "block": "ReLU", "index": "1"}, '`index` must be a whole number. Received: "1".'),
        ({"op": "connect", "node": "a", "inputs": ["c"]}, "this would create a cycle"),
        ({"op": "connect", "node": "a", "inputs": ["a"]}, "cannot read itself"),
        ({"op": "connect", "node": "a", "inputs": ["nowhere"]}, 'no node or input named "nowhere"'),
        ({"op": "connect", "node": "a", "inputs": "b"}, "`inputs` must be a list"),
        ({"op": "rename", "node": "a", "to": "b"}, '"b" is taken'),
        ({"op": "rename", "node": "a", "to": "  "}, "must not be empty"),
        ({"op": "rename", "node": "a", "to": "x" * 500}, "at most 120 characters"),
        ({"op": "set_input", "input": "image", "shape": [0, 28, 1]}, "must be at least 1"),
        ({"op": "set_input", "input": "sound", "shape": [1]}, 'no input named "sound"'),
        ({"op": "set", "node": "a", "params": 3}, "wrong kind"),
        ({"op": "enable", "node": "a", "enabled": "yes"}, "must be true or false"),
        ({"op": "move", "node": "a"}, "The edit `move` takes `node`, and either `index` or `by`"),
        ({"op": "move", "node": "a", "index": 0, "speed": 1}, "The edit `move` takes"),
        ({"op": "explode"}, "There is no edit 'explode'"),
        ("move", "There is no edit"),
        ({"op": ["move"]}, "There is no edit"),
        ({"op": "name", "name": None}, "must be text"),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused_with_a_sentence(edit, words):
    with pytest.raises(EditError) as caught:
        apply_edit(abc(), edit)
    assert words in str(caught.value)


def test_edits_are_applied_all_or_none():
    design = abc()
    with pytest.raises(EditError):
        apply_edits(design, [{"op": "remove", "node": "a"}, {"op": "remove", "node": "a"}])
    assert design == abc()


def test_a_move_by_places_stops_at_the_ends():
    assert names(Move(node="a", by=1).apply(abc())) == ["b", "a", "c"]
    assert names(Move(node="a", by=-1).apply(abc())) == ["a", "b", "c"]
    assert names(Move(node="b", by=9).apply(abc())) == ["a", "c", "b"]


@pytest.mark.parametrize("op", EDITS)
def test_every_edit_refuses_what_it_does_not_know_and_tells_its_keys(op):
    with pytest.raises(EditError, match=f"The edit `{op}` takes.*Received: speed"):
        apply_edit(abc(), {"op": op, "speed": 1})


def test_an_edit_is_made_from_its_json_names():
    assert EDITS["wire"].model_validate({"op": "wire", "from": "a", "to": "c", "in": "Unit"}).inside == "Unit"
    with pytest.raises(EditError, match="The edit `wire` takes `from`, `to`, `slot`"):
        apply_edit(abc(), {"op": "wire", "source": "a", "to": "c"})


@given(graphs(), st.data())
def test_no_edit_breaks_a_sound_design(design, data):
    node = data.draw(st.sampled_from(names(design)))
    edit = data.draw(
        st.sampled_from(
            [
                {"op": "insert", "block": "ReLU", "index": data.draw(st.integers(0, len(design.nodes)))},
                {"op": "move", "node": node, "index": data.draw(st.integers(0, len(design.nodes) - 1))},
                {"op": "remove", "node": node},
                {"op": "duplicate", "node": node},
                {"op": "rename", "node": node, "to": "another"},
                {"op": "enable", "node": node, "enabled": False},
            ]
        )
    )
    try:
        changed = apply_edit(design, edit)
    except EditError:
        assert edit["op"] == "move"
        return
    broken = [one.code for one in check_structure(changed) if one.severity == "error"]
    assert set(broken) <= {"unused-input", "empty"}


def test_a_wrong_value_of_an_edit_is_told_with_its_place() -> None:
    with pytest.raises(EditError) as refused:
        apply_edit(abc(), {"op": "add_input", "dtype": "complex"})
    assert str(refused.value) == (
        "This edit has a value of the wrong kind: `dtype` must be 'float32', 'int32', 'int64', 'uint8', 'bool' or "
        "'string'. Received: \"complex\"."
    )


def test_a_frozen_node_says_so_and_is_read_back():
    frozen = apply_edit(abc(), {"op": "set_trainable", "node": "b", "trainable": False})
    assert frozen.document()["nodes"][1]["trainable"] is False
    assert read_design(frozen.text()) == frozen
    assert apply_edit(frozen, {"op": "set_trainable", "node": "b", "trainable": True}) == abc()


@pytest.mark.parametrize("value", [1, "no", None, []])
def test_trainable_is_true_or_false(value):
    document = abc().document()
    document["nodes"][1]["trainable"] = value
    with pytest.raises(DesignError, match=r"`nodes\[1\]\.trainable` must be true or false"):
        read_design(document)
    with pytest.raises(EditError, match="`trainable` must be true or false"):
        apply_edit(abc(), {"op": "set_trainable", "node": "b", "trainable": value})


def test_what_shares_weights_is_frozen_at_their_owner():
    design = stack({"id": "a", "block": "Dense"}, {"id": "b", "block": "Dense", "shares": "a"})
    with pytest.raises(EditError, match='"b" uses the weights of "a"'):
        apply_edit(design, {"op": "set_trainable", "node": "b", "trainable": False})


def test_copies_of_a_frozen_node_are_frozen():
    frozen = apply_edit(abc(), {"op": "set_trainable", "node": "b", "trainable": False})
    assert [node.trainable for node in Duplicate(node="b").apply(frozen).nodes] == [True, False, False, True]
    pasted = apply_edit(frozen, {"op": "duplicate_many", "nodes": ["b"]})
    assert [node.trainable for node in pasted.nodes].count(False) == 2

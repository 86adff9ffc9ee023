"""Frozen nodes in the design format and in its edits."""

import pytest

from blockwright.design.edits import Decompose, Duplicate, EditError, apply_edit
from blockwright.design.parse import read_design
from blockwright.schema.findings import DesignError
from tests.design.designs import abc, stack


def test_a_node_is_trainable_and_does_not_say_so():
    assert abc().node("b").trainable is True
    assert "trainable" not in abc().text()


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

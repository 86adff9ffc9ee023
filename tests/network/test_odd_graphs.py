"""Designs that are unusual but right, and broken ones whose fixes must mend them."""

import re
from itertools import pairwise

import numpy as np
import pytest

from blockwright.design.edits import apply_edits
from blockwright.design.parse import read_design
from blockwright.network.describe import describe
from blockwright.network.model import build


def design(*nodes, **more):
    return {"format": 1, "inputs": [{"id": "image", "shape": [8, 8, 1]}], "nodes": list(nodes), **more}


def own(*nodes, **more):
    return {"inputs": ["x"], "nodes": list(nodes), **more}


CONV = {"filters": 1, "kernel_size": 3, "padding": "same"}


@pytest.mark.parametrize(
    "nodes",
    [
        [
            {"id": "user", "block": "Conv2D", "shares": "owner"},
            {"id": "owner", "block": "Conv2D", "params": CONV},
        ],
        [
            {"id": "owner", "block": "Conv2D", "params": CONV, "enabled": False},
            {"id": "user", "block": "Conv2D", "shares": "owner"},
            {"id": "again", "block": "Conv2D", "shares": "owner"},
        ],
    ],
    ids=["the owner runs last", "the owner is off"],
)
def test_shared_weights_are_counted_once(nodes):
    assert describe(design(*nodes))["total_params"] == build(design(*nodes)).count_params() == 10


def test_weights_belong_to_the_node_that_is_named():
    rows = describe(
        design(
            {"id": "user", "block": "Conv2D", "shares": "owner"},
            {"id": "owner", "block": "Conv2D", "params": CONV},
        )
    )["nodes"]
    assert [(row["id"], row["params"], row["trainable_params"]) for row in rows] == [
        ("user", 0, 0),
        ("owner", 10, 10),
    ]


def test_an_owner_that_runs_last_and_reads_another_shape_is_found():
    wrong = design(
        {"id": "user", "block": "Conv2D", "shares": "owner"},
        {"id": "owner", "block": "Conv2D", "params": {"filters": 4, "kernel_size": 3}},
    )
    (finding,) = [one for one in describe(wrong)["findings"] if one["severity"] == "error"]
    assert (finding["code"], finding["node"]) == ("shared-shape", "owner")
    assert finding["message"] == (
        '`Conv2D` "owner" shares its weights with "user", which fit 8 x 8 x 1, but "user" outputs 6 x 6 x 4. '
        "Bring both to one shape, or give it its own weights."
    )
    mended = describe(apply_edits(read_design(wrong), finding["fix"]["edits"]))
    assert [one["code"] for one in mended["findings"] if one["severity"] == "error"] == []


def test_a_chain_of_a_thousand_layers_has_a_graph():
    deep = design(*({"id": f"n{number}", "block": "ReLU", "repeat": 100} for number in range(10)))
    assert len(build(deep).build_graph().layers) == 1001


RING = {
    "A": own({"id": "a", "block": "B"}, {"id": "r", "block": "ReLU"}),
    "B": own({"id": "a", "block": "A"}, {"id": "r", "block": "ReLU"}),
}
BROKEN = {
    "the node before waits for it": design(
        {"id": "first", "block": "ReLU", "inputs": ["second"]},
        {"id": "second", "block": "ReLU", "inputs": []},
    ),
    "a lost wire behind a node that waits": design(
        {"id": "first", "block": "ReLU", "inputs": ["second"]},
        {"id": "second", "block": "ReLU", "inputs": ["ghost"]},
    ),
    "a ring whose reader stands behind a member": design(
        {"id": "n0", "block": "ReLU", "inputs": ["n2"]},
        {"id": "n1", "block": "ReLU", "inputs": ["n0"]},
        {"id": "n3", "block": "ReLU"},
        {"id": "n2", "block": "ReLU", "inputs": ["n1"]},
    ),
    "a ring whose reader reads a lost wire, too": design(
        {"id": "n0", "block": "Add", "inputs": ["n1", "ghost"]},
        {"id": "n1", "block": "ReLU", "inputs": ["n0"]},
    ),
    "a node that reads itself": design(
        {"id": "n0", "block": "ReLU", "inputs": ["n1"]}, {"id": "n1", "block": "ReLU", "inputs": ["n1"]}
    ),
    "a block inside an unused block": design(
        {"id": "n", "block": "ReLU"},
        composites={"A": own({"id": "a", "block": "ReLU"}), "B": own({"id": "a", "block": "A"})},
    ),
    "blocks that contain each other": design({"id": "n", "block": "A"}, composites=RING),
    "a wrong argument inside a ring": design(
        {"id": "n", "block": "ReLU"},
        composites={
            "A": own(
                {"id": "a", "block": "A"},
                {"id": "r", "block": "ReLU", "params": {"max_value": -1}},
                params={"k": 1},
            )
        },
    ),
    "an output named by its result": design({"id": "n", "block": "ReLU"}, outputs=["n", "n/0"]),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
def test_every_fix_mends_what_it_stands_for(broken):
    broken = read_design(broken)
    found = describe(broken)["findings"]
    fixed = [one for one in found if one["fix"] is not None]
    assert fixed
    for finding in fixed:
        left = describe(apply_edits(broken, finding["fix"]["edits"]))["findings"]
        assert finding["message"] not in [one["message"] for one in left]


def test_blocks_that_contain_each_other_are_told_once():
    found = describe(design({"id": "n", "block": "A"}, composites=RING))["findings"]
    assert [(one["code"], one["node"]) for one in found] == [
        ("composite-cycle", None),
        ("composite-cycle", None),
        ("unusable-block", "n"),
    ]


def test_only_the_outermost_block_of_too_many_levels_is_told():
    names = [f"C{number}" for number in range(20)]
    composites = {names[0]: own({"id": "a", "block": "ReLU"})}
    for inner, name in pairwise(names):
        composites[name] = own({"id": "a", "block": inner})
    found = describe(design({"id": "n", "block": names[-1]}, composites=composites))["findings"]
    assert [one["code"] for one in found] == ["composite-depth", "unusable-block"]
    assert found[0]["message"].startswith("The block `C19` is nested 20 levels deep")


def test_a_block_is_never_offered_inside_itself():
    composites = {"Unit": own({"id": "a", "block": "Units"})}
    found = describe(design({"id": "n", "block": "Unit"}, composites=composites))["findings"]
    (finding,) = [one for one in found if one["code"] == "unknown-block"]
    assert "`Unit`?" not in finding["message"]


def test_a_result_that_is_not_there_is_no_head():
    found = describe(design({"id": "n", "block": "Flatten"}, outputs=["n/1"]))["findings"]
    assert [one["code"] for one in found] == ["no-such-result"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["image"], "This network has the inputs image, more. Received: 1."),
        (
            {"image": 0, "mor": 0},
            "This network has the inputs image, more. Received: image, mor. Add more.",
        ),
    ],
)
def test_inputs_that_are_missing_are_named(given, words):
    two = {**design(), "inputs": [{"id": "image", "shape": [2]}, {"id": "more", "shape": [2]}]}
    two["nodes"] = [{"id": "sum", "block": "Add", "inputs": ["image", "more"]}]
    value = np.zeros((1, 2), "float32")
    given = dict.fromkeys(given, value) if isinstance(given, dict) else [value]
    with pytest.raises(ValueError, match=re.escape(words)):
        build(two)(given)

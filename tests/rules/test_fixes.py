"""Every fix that is offered works: its finding goes, and nothing that was right is wrong then."""

import random
from collections import Counter
from typing import Any

import pytest

from blockwright.design.edits import apply_edits
from blockwright.design.parse import read_design
from blockwright.design.wire_rules import WireRule
from blockwright.design.wiring import partial_wiring
from blockwright.network import describe
from blockwright.schema.design import Design
from blockwright.schema.findings import DesignError
from blockwright.schema.rules import every_rule
from blockwright.tasks.output_rules import OutputRule
from tests.network.designs import design, node
from tests.network.test_any_design import any_design

DIGITS = {"name": "digits", "shape": [8, 8, 1], "num_classes": 10}
WIRES = {rule.code for rule in every_rule(WireRule)}
ENDS = {"all-off", "dense-on-map", "output-data", *(rule.code for rule in every_rule(OutputRule))}
VALUES = [-1, 0, "x", None, 10**9, [1, 2, 3], True, 2.5]
STACK = [
    ("Conv2D", {"filters": 8, "kernel_size": 3}),
    ("Conv2D", {"filters": 4, "kernel_size": 3, "padding": "same"}),
    ("ConvBlock", {}),
    ("Dense", {"units": 10}),
    ("Flatten", {}),
    ("MaxPooling2D", {"pool_size": 4}),
    ("Add", {}),
    ("Concatenate", {}),
    ("LSTM", {"units": 3}),
    ("Dropout", {"rate": 0.5}),
    ("GlobalAveragePooling2D", {}),
]


def any_stack(chance: random.Random) -> dict[str, Any]:
    nodes: list[dict[str, Any]] = []
    for place in range(chance.randint(1, 7)):
        block, params = chance.choice(STACK)
        names = ["image", *(one["id"] for one in nodes)]
        reads = None
        if block in ("Add", "Concatenate") or chance.random() < 0.2:
            reads = [chance.choice(names) for _ in range(2 if block in ("Add", "Concatenate") else 1)]
        nodes.append(node(block, f"n{place}", reads, **params))
    inputs = [{"id": "image", "shape": chance.choice([[8, 8, 1], [28, 28, 3], [16], [5, 4]])}]
    return {"format": 1, "name": "Any", "inputs": inputs, "nodes": nodes}


def spoil(chance: random.Random, document: dict[str, Any]) -> None:
    """Make one thing wrong."""
    nodes = document["nodes"]
    one = chance.choice(nodes)
    names = [entry["id"] for entry in [*nodes, *document["inputs"]]]
    what = chance.randrange(13)
    if what == 0:
        one["inputs"] = [*(one.get("inputs") or names[:1]), "gone"][-chance.randint(1, 3) :]
    elif what == 1:
        one["id"] = chance.choice(names)
    elif what == 2 and one.get("params"):
        del one["params"][chance.choice(list(one["params"]))]
    elif what == 3:
        names = ["units", "filters", "kernel_size", "strides", "rate", "axis", "activation", "strange"]
        one["params"] = {**one.get("params", {}), chance.choice(names): chance.choice(VALUES)}
    elif what == 4:
        one["block"] = chance.choice(["Conv2d", "Nope", "Lambda", "dense"])
    elif what == 5:
        one["shares"] = chance.choice([*names, "gone"])
    elif what == 6:
        one["repeat"] = chance.choice([2, 50])
    elif what == 7:
        document["outputs"] = [chance.choice([*names, "gone"]) for _ in range(chance.randint(1, 3))]
    elif what == 8:
        one["inputs"] = [chance.choice(names) for _ in range(chance.randint(0, 4))]
    elif what == 9:
        document["inputs"].append({"id": chance.choice(["second", "image", "n0"]), "shape": [8]})
    elif what == 10:
        one["enabled"] = False
    elif what == 11:
        document["outputs"] = [chance.choice(names) + "/1"]
    else:
        one["inputs"] = [chance.choice(names) + "/1"]


def with_a_block(chance: random.Random, document: dict[str, Any]) -> None:
    """Define a block, wrong inside now and then, and use it."""
    inner = any_stack(chance)
    for _ in range(chance.randint(0, 2)):
        spoil(chance, inner)
    name = chance.choice(["Unit", "Dense"])
    nodes = [*inner["nodes"], *([{"id": "again", "block": name}] if chance.random() < 0.1 else [])]
    if chance.random() < 0.5:
        one = chance.choice(nodes)
        one["params"] = {**one.get("params", {}), "filters": {"param": chance.choice(["width", "gone"])}}
    composite = {
        "inputs": [one["id"] for one in inner["inputs"]],
        "params": chance.choice([{}, {"width": 4}, {"width": -3}]),
        "nodes": nodes,
    }
    document["composites"] = {name: composite}
    place = chance.randint(0, len(document["nodes"]))
    document["nodes"].insert(place, {"id": "use", "block": name})


def broken(chance: random.Random) -> Design | None:
    document = any_design(chance).document() if chance.random() < 0.4 else any_stack(chance)
    for _ in range(chance.randint(1, 3)):
        spoil(chance, document)
    if chance.random() < 0.3:
        with_a_block(chance, document)
    try:
        return read_design(document)
    except DesignError:
        return None


def key(finding: dict[str, Any]) -> tuple[str, str | None]:
    return finding["code"], finding["node"]


def may_show(error: dict[str, Any], fixed: dict[str, Any], before: dict[str, Any], made: Design) -> bool:
    """Whether an error may come to light by a fix: where it is could not be looked at before."""
    codes = {finding["code"] for finding in before["findings"]}
    shapes = {row["id"]: row["output_shape"] for row in before["nodes"]}
    ends = [row["output_shape"] for row in before["outputs"]]
    return (
        error["node"] == fixed["node"]
        or (error["node"] is None and "composite-cycle" in codes)
        or (error["node"] in shapes and shapes[error["node"]] is None)
        or fixed["code"] == "duplicate-name"
        or (bool(codes & WIRES) and was_there(error, made))
        or (error["code"] in ENDS and (None in ends or bool(codes & {"all-off", "input-as-output"})))
    )


def was_there(error: dict[str, Any], made: Design) -> bool:
    """Whether an input was not used, or was an output, in the design whose wires were wrong as well."""
    wires = partial_wiring(made)
    if error["code"] == "input-as-output":
        return error["node"] in wires.outputs
    names = {wires.node_of(name) for output in wires.outputs for name in (output, *wires.above(output))}
    return error["code"] == "unused-input" and error["node"] not in names


@pytest.mark.parametrize("seed", range(8))
def test_every_fix_that_is_offered_works(seed):
    chance = random.Random(seed)
    fixed = 0
    for _ in range(40):
        made = broken(chance)
        if made is None:
            continue
        data = chance.choice([None, DIGITS])
        before = describe(made, data)
        counts = Counter(map(key, before["findings"]))
        for finding in before["findings"]:
            if finding["fix"] is None:
                continue
            after = describe(apply_edits(made, finding["fix"]["edits"]), data)
            now = Counter(map(key, after["findings"]))
            assert now[key(finding)] < counts[key(finding)], (made.text(), finding)
            fresh = [
                one
                for one in after["findings"]
                if one["severity"] == "error"
                and not counts[key(one)]
                and not may_show(one, finding, before, made)
            ]
            assert not fresh, (made.text(), finding, fresh)
            fixed += 1
    assert fixed > 20


def fix_of(made: Design, code: str, data: dict[str, Any] | None = None) -> dict[str, Any] | None:
    return next(one for one in describe(made, data)["findings"] if one["code"] == code)["fix"]


def codes(made: Design, data: dict[str, Any] | None = None) -> list[str]:
    return [one["code"] for one in describe(made, data)["findings"] if one["severity"] == "error"]


@pytest.mark.parametrize("block", ["Dropout", "Identity", "ReLU"])
def test_a_node_that_is_named_as_an_input_and_reads_itself_is_answered(block):
    inputs = [{"id": "image", "shape": [8]}, {"id": "n", "shape": [8]}]
    params = {"rate": 0.5} if block == "Dropout" else {}
    for enabled in (True, False):
        ring = {"id": "n", "block": block, "params": params, "inputs": ["n/0"], "enabled": enabled}
        made = read_design({"format": 1, "name": "Ring", "inputs": inputs, "nodes": [ring]})
        assert "duplicate-name" in codes(made, DIGITS)


def test_several_of_one_name_get_names_of_their_own():
    made = design(node("ReLU", "a"), node("Flatten", "a"), node("Dense", "a", units=10))
    after = apply_edits(made, fix_of(made, "duplicate-name")["edits"])
    assert [one.id for one in after.nodes] == ["a", "a1", "a2"]
    assert codes(after) == []


def test_a_block_called_as_one_of_the_palette_gets_a_name_of_its_own():
    inside = {
        "inputs": ["x"],
        "params": {"width": 3},
        "nodes": [node("Dense", "d", units={"param": "width"})],
    }
    made = design(
        node("Flatten"), {"id": "use", "block": "ReLU", "params": {"width": 5}}, composites={"ReLU": inside}
    )
    after = apply_edits(made, fix_of(made, "composite-name")["edits"])
    assert after.node("use").block == "OwnReLU"
    assert codes(after) == []


def test_a_name_that_the_palette_has_stays_where_it_means_the_palettes():
    inside = {"inputs": ["x"], "nodes": [node("Flatten")]}
    made = design(node("Flatten"), node("Dense", units=10), composites={"Dense": inside})
    assert fix_of(made, "composite-name") is None


@pytest.mark.parametrize(
    ("params", "edits"),
    [
        ({"units": -4}, [{"op": "set", "node": "head", "params": {"units": 1}}]),
        ({"units": 10**40}, [{"op": "set", "node": "head", "params": {"units": 1_000_000}}]),
        ({"units": "ten"}, [{"op": "set", "node": "head", "params": {"units": 10}}]),
    ],
)
def test_a_needed_argument_that_is_wrong_gets_the_nearest_value(params, edits):
    assert fix_of(design(node("Flatten"), node("Dense", "head", **params)), "param")["edits"] == edits


def test_a_wrong_default_of_a_block_is_mended_where_it_stands():
    inside = {
        "inputs": ["x"],
        "params": {"width": -2},
        "nodes": [node("Dense", "d", units={"param": "width"})],
    }
    made = design(node("Flatten"), node("Unit", "use"), composites={"Unit": inside})
    edits = [{"op": "set_default", "composite": "Unit", "name": "width", "value": 1}]
    assert fix_of(made, "param")["edits"] == edits
    assert codes(apply_edits(made, edits)) == []


def test_only_names_that_are_there_are_offered_to_be_read():
    inside = {"inputs": ["x"], "nodes": [node("ReLU", "r", ["gone", "x"])]}
    made = design(node("Unit", "use"), composites={"Unit": inside})
    fix = fix_of(made, "too-many-inputs")
    assert fix["edits"] == [{"op": "connect", "node": "r", "inputs": ["x"], "in": "Unit"}]


def test_another_block_keeps_the_arguments_that_it_takes_and_gets_those_that_it_needs():
    made = design(node("Conv2d", "c", filters=7, strange=1))
    edit = {"op": "replace", "node": "c", "block": "Conv2D", "params": {"filters": 7, "kernel_size": 3}}
    assert fix_of(made, "unknown-block")["edits"] == [edit]


def test_results_that_nobody_gives_are_mended_together():
    made = design(node("Flatten", "f"), node("Dense", "d", units=10), outputs=["d", "d/1", "d/2"])
    after = apply_edits(made, fix_of(made, "no-such-result")["edits"])
    assert after.outputs == ("d",)


def test_an_input_among_the_outputs_is_left_out():
    made = design(node("Flatten", "f"), node("Dense", "d", units=10), outputs=["image", "d"])
    assert apply_edits(made, fix_of(made, "input-as-output")["edits"]).outputs == ("d",)


def test_a_head_is_added_behind_the_output_that_lacks_it_and_not_behind_the_last_block_that_is_on():
    off = {**node("ReLU", "off"), "enabled": False}
    nodes = [node("MaxPooling2D", "a"), off, node("MaxPooling2D", "b", ["image"])]
    made = design(*nodes, shape=(8, 8, 1), outputs=["off", "b"])
    first = next(one for one in describe(made, DIGITS)["findings"] if one["node"] == "a")
    after = apply_edits(made, first["fix"]["edits"])
    assert after.outputs == ("dense1", "b")
    assert [one["node"] for one in describe(after, DIGITS)["findings"] if one["code"] == "no-head"] == ["b"]


def test_a_network_that_gives_its_input_back_needs_no_head_whatever_the_data_is_said_by():
    nodes = [node("Flatten"), node("Dense", units=64), node("Reshape", target_shape=[8, 8, 1])]
    assert codes(design(*nodes, shape=(8, 8, 1)), DIGITS) == []

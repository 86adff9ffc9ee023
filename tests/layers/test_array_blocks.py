"""Blocks that take parts of arrays, join them and compute with them: a wrong argument gets a sentence."""

import random

import numpy as np
import pytest

from blockwright.inference.catalog import catalog
from blockwright.network import build, describe

AXES = list(range(-5, 6))
ENDS = (None, -100_000, -7, -3, -1, 0, 1, 2, 3, 5, 100_000)
SHAPES = (
    [4],
    [1],
    [None],
    [6, 4],
    [None, 4],
    [4, None],
    [None, None],
    [5, 4, 3],
    [None, None, 3],
    [2, 3, 4, 5],
)
BELOW = ("Dense", "Flatten", "GlobalAveragePooling1D", "LSTM", "Conv2D", "Add", None, None)


def drawn(block: str, dice: random.Random) -> dict:
    """Arguments that the form lets through, most of them odd."""
    some = {
        "SliceAxis": lambda: {
            "axis": dice.choice(AXES),
            "start": dice.choice(ENDS),
            "stop": dice.choice(ENDS),
            "step": dice.choice((-1000, -2, -1, 0, 1, 2)),
        },
        "Pick": lambda: {"axis": dice.choice(AXES), "index": dice.choice(ENDS[1:])},
        "ExpandDims": lambda: {"axis": dice.choice(AXES)},
        "Reduce": lambda: {
            "operation": dice.choice(("mean", "std", "norm", "logsumexp")),
            "axis": dice.choice((dice.choice(AXES), dice.sample(AXES, 2), [1, 1], [1, -1], [])),
            "keepdims": dice.random() < 0.5,
        },
        "Clip": lambda: {"minimum": dice.choice((None, -1.0, 2.0)), "maximum": dice.choice((None, 0.0, 1e9))},
        "Power": lambda: {"exponent": dice.choice((-100.0, 0.5, 100.0))},
        "Function": lambda: {"function": dice.choice(("log", "gelu", "round"))},
    }
    return some[block]() if block in some else {}


def around(block: str, dice: random.Random) -> dict:
    """A design of that block on odd inputs, sometimes repeated, often with a layer behind it."""
    count = dice.choice((1, 2, 2, 3)) if block in ("MatMul", "ScaledAdd") else 1
    dtypes = ("float32",) * 8 + ("int32", "string", "bool")
    first = dice.choice((*SHAPES, [4, 4], [4, 4], [4, 4]))
    inputs = [
        {
            "id": f"in{number}",
            "shape": dice.choice((first, first, dice.choice(SHAPES))),
            "dtype": dice.choice(dtypes),
        }
        for number in range(count)
    ]
    node = {
        "id": "node",
        "block": block,
        "params": drawn(block, dice),
        "inputs": [one["id"] for one in inputs],
    }
    nodes = [node]
    if dice.random() < 0.1:
        node["repeat"] = 3
    below = dice.choice(BELOW)
    if below is not None:
        nodes.append({"id": "below", "block": below, "params": catalog().starting_params(below)})
    return {"format": 1, "name": "Odd", "inputs": inputs, "nodes": nodes}


@pytest.mark.parametrize(
    "block", [one.name for one in catalog().by_category()["Array operations"]] + ["ScaledAdd"]
)
def test_odd_arguments_and_shapes_are_answered_in_sentences(block):
    dice = random.Random(block)
    right = 0
    for _ in range(100):
        design = around(block, dice)
        told = describe(design)
        errors = [one["message"] for one in told["findings"] if one["severity"] == "error"]
        assert all(one[0] in '`"T' and one.endswith(".") for one in errors), errors
        if errors or any(one["dtype"] != "float32" or None in one["shape"] for one in design["inputs"]):
            continue
        right += 1
        if right > 6:
            continue
        values = [np.ones((2, *one["shape"]), "float32") for one in design["inputs"]]
        got = build(design)(values if len(values) > 1 else values[0])
        assert told["outputs"][0]["output_shape"] == [None, *got.shape[1:]]
    assert right > 0


def refusal(block: str, params: dict, shape: list) -> str:
    inputs = [{"id": "start", "shape": shape}]
    told = describe(
        {
            "format": 1,
            "name": "x",
            "inputs": inputs,
            "nodes": [{"id": "node", "block": block, "params": params}],
        }
    )
    (error,) = [one for one in told["findings"] if one["severity"] == "error"]
    return error["message"]


@pytest.mark.parametrize(
    ("block", "params", "shape", "words"),
    [
        (
            "SliceAxis",
            {"start": 3, "stop": 3},
            [6, 4],
            "It would take none of the 6 positions there. Received: start=3",
        ),
        ("SliceAxis", {"start": 10}, [6, 4], "It would take none of the 6 positions there"),
        ("SliceAxis", {"start": 4, "stop": 2}, [None, 4], "It would take none at any size"),
        ("SliceAxis", {"axis": 5}, [None], "`axis` must be 1 to 1, or -1 for the last"),
        ("SliceAxis", {"axis": -3}, [None, 4], "`axis` must be 1 to 2, or -1 for the last"),
        ("SliceAxis", {"step": 0}, [6], "`step` must not be 0"),
        ("Pick", {"axis": 3, "index": 3}, [6, 4], "`axis` must be 1 to 2, or -1 for the last"),
        ("Pick", {"axis": 1, "index": 6}, [6, 4], "`index` must be -6 to 5"),
        ("ExpandDims", {"axis": 3}, [4], "`axis` must be 1 to 2, or -1 for the last"),
        ("Reduce", {"axis": [1, -2]}, [4, 6], "`axis` must name each dimension once"),
        ("Reduce", {"axis": [1, -1]}, [None], "`axis` must name each dimension once"),
        ("Clip", {"minimum": 2.0, "maximum": -1.0}, [4], "`minimum` must not be above `maximum`"),
    ],
)
def test_what_cannot_be_taken_is_said_exactly(block, params, shape, words):
    assert words in refusal(block, params, shape)


def test_array_operations_stand_behind_the_layers_of_the_palette():
    groups = catalog().by_category()
    assert list(groups)[-1] == "Array operations"
    assert groups["Dense and shape"][0].name == "Dense"
    assert "Reduce" not in {one.name for one in groups["Pooling"]}

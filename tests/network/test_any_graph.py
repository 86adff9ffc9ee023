"""Any graph is answered: shared layers, repetition, second results and blocks of its own in every mixture."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from blockwright.design.parse import read_design
from blockwright.network import build, describe

IDS = ("a", "b", "c", "d", "e", "f")
BLOCKS = {
    "Dense": some.fixed_dictionaries({"units": some.sampled_from([3, 4])}),
    "ReLU": some.just({}),
    "Add": some.just({}),
    "Concatenate": some.just({}),
    "Dot": some.just({"axes": -1}),
    "LSTM": some.fixed_dictionaries({"units": some.just(4), "return_state": some.booleans()}),
    "GlobalAveragePooling1D": some.just({}),
    "Unit": some.fixed_dictionaries({}, optional={"units": some.sampled_from([3, 4, 0])}),
    "Fork": some.just({}),
    "Ring": some.just({}),
}
COMPOSITES = {
    "Unit": {
        "inputs": ["x"],
        "params": {"units": 4},
        "nodes": [
            {"id": "dense", "block": "Dense", "params": {"units": {"param": "units"}}},
            {"id": "again", "block": "Dense", "shares": "dense"},
            {"id": "sum", "block": "Add", "inputs": ["x", "again"]},
        ],
    },
    "Fork": {
        "inputs": ["x", "y"],
        "nodes": [
            {"id": "one", "block": "Unit", "inputs": ["x"], "repeat": 2},
            {"id": "two", "block": "Maximum", "inputs": ["one", "y"]},
        ],
        "outputs": ["one", "two"],
    },
}
RING = {"Ring": {"inputs": ["x"], "nodes": [{"id": "r", "block": "Ring"}]}}
SOURCES = some.sampled_from(["x", "y", *IDS, "a/1", "b/1", "c/2", "gone"])


@some.composite
def designs(draw) -> dict:
    nodes = []
    for node_id in IDS[: draw(some.integers(1, len(IDS)))]:
        block = draw(some.sampled_from(sorted(BLOCKS)))
        node = {"id": node_id, "block": block, "params": draw(BLOCKS[block])}
        node |= draw(
            some.fixed_dictionaries(
                {},
                optional={
                    "inputs": some.lists(SOURCES, max_size=3),
                    "repeat": some.integers(1, 3),
                    "shares": some.sampled_from(IDS),
                    "enabled": some.booleans(),
                },
            )
        )
        nodes.append(node)
    rings = draw(some.booleans())
    return {
        "format": 1,
        "inputs": [
            {"id": "x", "shape": [4, 4]},
            {"id": "y", "shape": draw(some.sampled_from([[4, 4], [4]]))},
        ],
        "nodes": nodes,
        "outputs": draw(some.lists(SOURCES, min_size=1, max_size=3)),
        "composites": COMPOSITES | (RING if rings else {}),
    }


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(designs())
def test_any_graph_is_answered_and_runs_if_it_has_no_errors(document: dict) -> None:
    design = read_design(document)
    described = describe(design)
    assert [row["id"] for row in described["nodes"]] == [node.id for node in design.nodes]
    if any(finding["severity"] == "error" for finding in described["findings"]):
        return
    model = build(design)
    assert model.count_params() == described["total_params"]
    given = [np.ones((2, *one.shape), "float32") for one in design.inputs]
    outputs = model(given)
    outputs = outputs if isinstance(outputs, list) else [outputs]
    assert [list(one.shape)[1:] for one in outputs] == [
        one["output_shape"][1:] for one in described["outputs"]
    ]
    opened = model.build_graph(expanded=True)(given)
    opened = opened if isinstance(opened, list) else [opened]
    for ours, theirs in zip(outputs, opened, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)

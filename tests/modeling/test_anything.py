"""Designs nobody would draw: every one is answered, and one without errors is built and runs."""

import random
from typing import Any

import numpy as np
import pytest

from blockwright.architecture.catalog import Param
from blockwright.architecture.spec import Design
from blockwright.modeling import build, catalog, describe
from tests.modeling.designs import design, node

DIGITS = {"name": "digits", "shape": [8, 8, 1], "num_classes": 10}


def any_number(chance: random.Random, param: Param, whole: bool) -> float:
    low = -3 if param.minimum is None else param.minimum
    high = low + 5 if param.maximum is None else min(param.maximum, low + 5)
    value = chance.choice([low, high, chance.uniform(low, high)])
    return round(value) if whole else float(value)


def any_value(chance: random.Random, param: Param) -> Any:
    if param.optional and chance.random() < 0.3:
        return None
    if param.kind == "bool":
        return chance.random() < 0.5
    if param.kind == "choice":
        return chance.choice(param.choices)
    if param.kind == "shape":
        return [chance.choice([-1, 1, 2, 3, 4, 8]) for _ in range(chance.randint(1, 4))]
    whole = param.kind in ("int", "size")
    if param.kind in ("size", "number-range") and chance.random() < 0.4:
        return [any_number(chance, param, whole) for _ in range(2)]
    return any_number(chance, param, whole)


def any_design(chance: random.Random) -> Design:
    shape = [chance.choice([1, 2, 3, 5, 8, 12]) for _ in range(chance.choice([1, 2, 3, 3, 3, 3, 4]))]
    nodes: list[dict[str, Any]] = []
    for place in range(chance.randint(1, 6)):
        kind = chance.choice(list(catalog().blocks.values()))
        params = {
            one.name: any_value(chance, one) for one in kind.params if one.required or chance.random() < 0.4
        }
        known = ["image", *(one["id"] for one in nodes)]
        reads = [chance.choice(known) for _ in range(chance.randint(1, 3))] if kind.many_inputs else None
        nodes.append({**node(kind.name, f"n{place}", reads, **params), "enabled": chance.random() < 0.95})
    return design(*nodes, shape=tuple(shape))


# Keras warns of a softmax over one channel, which some of these designs have.
@pytest.mark.filterwarnings("ignore:You are using a softmax over axis")
@pytest.mark.parametrize("seed", range(12))
def test_any_design_is_answered_and_runs_if_it_has_no_errors(seed):
    chance = random.Random(seed)
    ran = 0
    for _ in range(30):
        made = any_design(chance)
        describe(made, DIGITS)
        described = describe(made)
        if any(one["severity"] == "error" for one in described["findings"]):
            continue
        model = build(made)
        for row in described["nodes"]:
            if row["enabled"]:
                assert model.part(row["id"]).count_params() == row["params"]
        result = model(np.ones((2, *made.inputs[0].shape), "float32"), training=True)
        assert list(result.shape[1:]) == described["outputs"][0]["output_shape"][1:]
        ran += 1
    assert ran


@pytest.mark.parametrize("seed", range(6))
def test_every_error_is_said_in_our_words(seed):
    chance = random.Random(100 + seed)
    for _ in range(100):
        for found in describe(any_design(chance))["findings"]:
            assert found["code"] != "shape", found["message"]
            assert found["message"][-1] in ".!", found["message"]

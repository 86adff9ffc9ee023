"""Designs nobody would draw: every one is answered, and one without errors is built and runs."""

import random
from typing import Any

import pytest

from blockwright.design.parse import read_design
from blockwright.inference.catalog import catalog
from blockwright.layers import names_with
from blockwright.network import build, describe
from blockwright.schema.design import Design
from blockwright.schema.parameters import Param
from tests.layers.layer_inputs import values
from tests.network.designs import node

DIGITS = {"name": "digits", "shape": [8, 8, 1], "num_classes": 10}


def any_number(chance: random.Random, param: Param, whole: bool) -> float:
    low = -3 if param.minimum is None else param.minimum
    high = low + 5 if param.maximum is None else min(param.maximum, low + 5)
    value = chance.choice([low, high, chance.uniform(low, high)])
    return round(value) if whole else float(value)


WORDS = ["red", "green", "blue", "", "[UNK]", "red"]


def any_value(chance: random.Random, param: Param) -> Any:
    if param.optional and chance.random() < 0.3:
        return None
    if param.kind == "bool":
        return chance.random() < 0.5
    if param.kind == "choice":
        return chance.choice(param.choices)
    if param.kind == "words":
        return chance.sample(WORDS, chance.randint(1, 4))
    if param.kind == "shape":
        if param.minimum == 1:
            return [
                chance.choice([1, 2, 3, None] if param.holes else [1, 2, 3])
                for _ in range(chance.randint(1, 4))
            ]
        return [chance.choice([-1, 1, 2, 3, 4, 8]) for _ in range(chance.randint(1, 4))]
    whole = param.kind not in ("float", "number-range", "numbers")
    if param.kind in ("size", "number-range") and chance.random() < 0.4:
        return [any_number(chance, param, whole) for _ in range(2)]
    if param.kind == "size3" and chance.random() < 0.4:
        return [any_number(chance, param, whole) for _ in range(3)]
    if param.kind == "borders" and chance.random() < 0.6:
        count = chance.choice([2, 2, 3])
        pairs = chance.random() < 0.5
        pair = [[any_number(chance, param, whole) for _ in range(2)] for _ in range(count)]
        return pair if pairs else [one[0] for one in pair]
    if param.kind in ("numbers", "integers") and chance.random() < 0.5:
        return [any_number(chance, param, whole) for _ in range(chance.randint(1, min(3, param.most)))]
    return any_number(chance, param, whole)


def any_design(chance: random.Random) -> Design:
    sizes = [1, 2, 3, 5, 8, 12]
    shapes = {
        "image": ([chance.choice(sizes) for _ in range(chance.choice([1, 2, 3, 3, 4]))], "float32"),
        "steps": ([chance.choice(sizes), chance.choice(sizes)], "float32"),
        "tokens": ([chance.choice(sizes)], chance.choice(["int32", "int64"])),
        "text": ([1], "string"),
    }
    inputs = [{"id": one, "shape": shape, "dtype": dtype} for one, (shape, dtype) in shapes.items()]
    blocks = list(catalog().blocks.values())
    nodes: list[dict[str, Any]] = []
    for place in range(chance.randint(1, 6)):
        kind = chance.choice(blocks)
        params = {
            one.name: any_value(chance, one) for one in kind.params if one.required or chance.random() < 0.3
        }
        known = [*shapes, *(one["id"] for one in nodes)]
        if kind.max_inputs == 1:
            liked = LIKES.get(kind.name, known[0] if not nodes else known[-1])
            reads = [liked if chance.random() < 0.8 else chance.choice(known)]
        else:
            most = kind.max_inputs or 3
            reads = [chance.choice(known) for _ in range(chance.randint(kind.min_inputs, most))]
        nodes.append({**node(kind.name, f"n{place}", reads, **params), "enabled": chance.random() < 0.95})
    read = {source for one in nodes for source in one["inputs"]}
    inputs = [one for one in inputs if one["id"] in read] or inputs[:1]
    return read_design({"format": 1, "name": "Any", "inputs": inputs, "nodes": nodes})


LIKES = {
    **dict.fromkeys(("TextVectorization", "StringLookup", "Hashing"), "text"),
    **dict.fromkeys(("Embedding", "IntegerLookup", "CategoryEncoding", "PositionalEmbedding"), "tokens"),
    **dict.fromkeys(("LSTM", "GRU", "SimpleRNN", "Bidirectional", "Masking", "TransformerBlock"), "steps"),
}


def examples(made: Design) -> list[Any]:
    return values([(None, *one.shape) for one in made.inputs], [one.dtype for one in made.inputs], tokens=1)


def learns(made: Design) -> bool:
    return any(node.enabled and node.block in names_with("adaptation") for node in made.nodes)


def fits(shape: Any, described: list[int | None]) -> bool:
    pairs = zip(shape, described, strict=True)
    return all(wanted is None or wanted == size for size, wanted in pairs)


# Keras warns of a softmax over one channel and of masks that end, which some of these designs have.
@pytest.mark.filterwarnings("ignore:You are using a softmax over axis")
@pytest.mark.filterwarnings("ignore:.*mask attached to it")
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
        if not learns(made):
            result = model(examples(made), training=True)
            assert fits(result.shape, described["outputs"][0]["output_shape"])
        ran += 1
    assert ran


@pytest.mark.parametrize("seed", range(6))
def test_every_error_is_said_in_our_words(seed):
    chance = random.Random(100 + seed)
    for _ in range(100):
        for found in describe(any_design(chance))["findings"]:
            assert found["code"] != "shape", found["message"]
            assert found["message"][-1] in ".!", found["message"]

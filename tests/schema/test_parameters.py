"""The kinds of argument beyond single numbers, and how many nodes a block may read."""

import pytest

from blockwright.schema.catalog import BlockType
from blockwright.schema.parameters import Param

KINDS = {
    "size3": Param(name="size", kind="size3", minimum=1, maximum=9),
    "borders": Param(name="padding", kind="borders", minimum=0, maximum=9),
    "numbers": Param(name="scale", kind="numbers", most=3, minimum=-1, maximum=9),
    "integers": Param(name="axis", kind="integers", most=3, minimum=-4, maximum=4),
    "words": Param(name="vocabulary", kind="words", most=3),
    "shape": Param(name="noise_shape", kind="shape", minimum=1, holes=True),
}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("size3", 2),
        ("size3", [1, 2, 3]),
        ("borders", 0),
        ("borders", [1, 2]),
        ("borders", [1, 2, 3]),
        ("borders", [[0, 1], [2, 3]]),
        ("borders", [[0, 1], [2, 3], [4, 5]]),
        ("numbers", 0.5),
        ("numbers", [0.5, 1, -1]),
        ("integers", -1),
        ("integers", [1, 2]),
        ("words", ["red", "green"]),
        ("shape", [None, 1, 1]),
    ],
)
def test_what_fits(kind, value):
    assert KINDS[kind].complaint(value) is None


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("size3", [1, 2]),
        ("size3", [1, 2, 10]),
        ("size3", 1.5),
        ("borders", [1]),
        ("borders", [[0, 1], 2]),
        ("borders", [[0, 1, 2], [0, 1, 2]]),
        ("borders", [[0, 10], [0, 1]]),
        ("borders", []),
        ("numbers", []),
        ("numbers", [1, 2, 3, 4]),
        ("numbers", [float("nan")]),
        ("numbers", "1"),
        ("integers", [1.0]),
        ("integers", [True]),
        ("words", "red"),
        ("words", []),
        ("words", ["a", "b", "c", "d"]),
        ("words", ["a" * 201]),
        ("words", [1]),
        ("shape", [None, 0]),
    ],
)
def test_what_does_not_fit(kind, value):
    assert KINDS[kind].complaint(value) == f"must be {KINDS[kind].expected()}"


def test_what_is_expected_in_words():
    assert {name: param.expected() for name, param in KINDS.items()} == {
        "size3": "a whole number between 1 and 9, or three of them",
        "borders": "a whole number between 0 and 9, a pair of them, or a pair for each dimension",
        "numbers": "a number between -1 and 9, or a list of at most 3",
        "integers": "a whole number between -4 and 4, or a list of at most 3",
        "words": "a list of at most 3 texts of up to 200 characters",
        "shape": "a list of 1 to 6 whole numbers, each of at least 1, or null in their place",
    }


def block(**arity):
    return BlockType(name="It", category="Merging", title="It", summary="", doc="", **arity)


@pytest.mark.parametrize(
    ("arity", "many", "most"),
    [
        ({}, False, 1),
        ({"many_inputs": True}, True, None),
        ({"max_inputs": None}, True, None),
        ({"max_inputs": 2}, True, 2),
        ({"max_inputs": 1, "many_inputs": True}, False, 1),
    ],
)
def test_many_inputs_and_max_inputs_say_the_same(arity, many, most):
    made = block(**arity)
    assert (made.many_inputs, made.max_inputs) == (many, most)
    assert BlockType.model_validate(made.model_dump()) == made

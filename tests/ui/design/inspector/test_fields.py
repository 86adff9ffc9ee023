"""What people type into a field, read as an argument."""

import pytest

from blockwright.schema.parameters import Param
from blockwright.ui.design.inspector.field_text import read


@pytest.mark.parametrize(
    ("kind", "given", "second", "expected"),
    [
        ("int", 3, None, 3),
        ("float", 0.5, None, 0.5),
        ("bool", True, None, True),
        ("size", 3, None, 3),
        ("size", 3, 3, 3),
        ("size", 3, 5, [3, 5]),
        ("number-range", -0.1, 0.2, [-0.1, 0.2]),
        ("shape", "7, 7, -1", None, [7, 7, -1]),
        ("shape", "(7 x 7 x 2)", None, [7, 7, 2]),
        ("shape", "784", None, [784]),
        ("shape", "seven", None, "seven"),
        ("shape", "", None, None),
        ("size", "0", None, 0),
        ("int", "none", None, None),
        ("text", "none", None, "none"),
        ("choice", "same", None, "same"),
    ],
)
def test_a_field_is_read_as_its_argument(kind, given, second, expected):
    value = read(Param(name="argument", kind=kind), given, second)
    assert value == expected
    assert type(value) is type(expected)

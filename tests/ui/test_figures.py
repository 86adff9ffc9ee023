"""Numbers as people read them."""

import pytest

from blockwright.ui import figures


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0.0, "0"),
        (3.0, "3"),
        (-0.5, "-0.5"),
        (0.001, "0.001"),
        (1.001e-05, "0.00001001"),
        (1 / 255, "0.00392157"),
        (1e-7, "1e-7"),
        (1234567.0, "1234567"),
        (2.5e20, "2.5e20"),
        (float("inf"), "inf"),
    ],
)
def test_a_number_is_written_one_way_everywhere(number, words):
    assert figures.decimal(number) == words
    assert figures.value(number) == words


def test_an_argument_from_outside_says_which():
    assert figures.value({"param": "width"}) == "from outside (width)"

"""Numbers as people read them."""

import pytest

from blockwright.ui.widgets import number_format


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
    assert number_format.decimal(number) == words
    assert number_format.value(number) == words


def test_an_argument_of_a_composite_names_it():
    assert number_format.value({"param": "width"}) == "argument (width)"

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


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "–"),
        (0.84, "0.8 s"),
        (42.4, "42 s"),
        (185, "3 min 5 s"),
        (7800, "2 h 10 min"),
        (59.7, "1 min 0 s"),
    ],
)
def test_durations_have_two_figures(seconds, words):
    assert number_format.duration(seconds) == words


@pytest.mark.parametrize(
    ("passed", "words"),
    [(3, "just now"), (300, "5 min ago"), (7200, "2 h ago"), (90_000, "yesterday"), (400_000, "4 days ago")],
)
def test_a_moment_is_described_by_how_long_ago_it_was(passed, words):
    assert number_format.ago(1_000_000 - passed, now=1_000_000) == words


def test_ordinals():
    assert [number_format.ordinal(n) for n in (1, 2, 3, 4, 11, 12, 21, 112)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "21st", "112th",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "1 second"),
        (4.4, "4 seconds"),
        (9.6, "10 seconds"),
        (34, "30 seconds"),
        (600, "10 minutes"),
        (7300, "2 hours"),
        (400_000, "5 days"),
    ],
)
def test_estimated_durations_have_one_unit(seconds, words):
    assert number_format.rough_duration(seconds) == words


@pytest.mark.parametrize(
    ("number", "short", "size"),
    [
        (None, "–", "–"),
        (0, "0", "0 B"),
        (812, "812", "812 B"),
        (1_400, "1.4 k", "1.4 kB"),
        (586_730, "587 k", "587 kB"),
        (999_700, "1,000 k", "1,000 kB"),
        (23_400_000_000, "23.4 G", "23.4 GB"),
        (2.5e16, "25,000 T", "25,000 TB"),
    ],
)
def test_large_numbers_have_three_figures_and_a_unit(number, short, size):
    assert (number_format.short(number), number_format.size(number)) == (short, size)


def test_a_counted_noun_is_singular_for_one_only():
    assert [number_format.counted(n, "epoch") for n in (0, 1, 1200)] == [
        "0 epochs",
        "1 epoch",
        "1,200 epochs",
    ]

import pytest

from blockwright.recipe.settings import Settings
from blockwright.recipe.validation import part_counts, part_problem, shared


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, (90, 10)),
        ({"validation": "first", "validation_examples": 30}, (70, 30)),
        ({"validation": "test"}, (100, 20)),
        ({"validation": "file"}, (100, 7)),
        ({"validation": "none"}, (100, 0)),
        ({"train_share": 0.5}, (45, 10)),
    ],
)
def test_how_many_examples_train_and_validate(settings, expected):
    assert part_counts(Settings(**settings), 100, 20, 7) == expected


def test_a_share_leaves_at_least_one_example():
    assert [shared(10, share) for share in (1.0, 0.39, 0.001)] == [10, 3, 1]


def test_what_cannot_be_divided():
    assert part_problem(Settings(), 100, 0) is None
    assert "x_val" in part_problem(Settings(validation="file"), 100, 0)
    assert "fewer than 100" in part_problem(Settings(validation="first", validation_examples=100), 100, 0)

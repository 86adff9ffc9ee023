import pytest

from blockwright.schema.text import ascii_text, shape_text, slug


@pytest.mark.parametrize(
    ("shape", "text"), [((28, 28, 1), "28 x 28 x 1"), ((None, 1000), "any x 1,000"), ((), "1")]
)
def test_a_shape_is_written_with_its_open_sizes(shape, text):
    assert shape_text(shape) == text


def test_a_page_writes_shapes_its_own_way():
    assert shape_text((None, 3), unknown="?", separator=" × ") == "? × 3"
    assert shape_text((), scalar="one number") == "one number"


def test_accents_are_left_out():
    assert ascii_text("Größe café") == "Groe cafe"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Tutorial Inception", "tutorial-inception"), ("../../x", "x"), ("名前", ""), ("a" * 99, "a" * 60)],
)
def test_a_slug_holds_small_ascii_letters_digits_and_dashes(name, expected):
    assert slug(name) == expected


def test_a_slug_never_ends_in_its_separator():
    assert slug("abc def", "_", limit=4) == "abc"

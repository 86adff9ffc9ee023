"""What people type into a field, read as an argument."""

import pytest

from blockwright.architecture.catalog import Catalog
from blockwright.architecture.params import Param
from blockwright.ui.card import sections
from blockwright.ui.field_text import read
from blockwright.ui.palette import matching
from tests.ui.fakes import DOC, catalog


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


def test_every_searched_word_must_occur():
    known = Catalog.from_list(catalog())
    found = {block.name for blocks in matching(known, "pool max").values() for block in blocks}
    assert found == {"MaxPooling2D"}
    assert sum(len(blocks) for blocks in matching(known, "").values()) == len(known.blocks)


def named(name: str, category: str, summary: str = "It does.") -> dict[str, str]:
    return {"name": name, "category": category, "title": name, "summary": summary, "doc": summary}


SHELF = Catalog.from_list(
    [
        named("DenseBlock", "Blocks"),
        named("MLPBlock", "Blocks", "Dense layers in a row."),
        named("Flatten", "Dense and shape"),
        named("Dense", "Dense and shape"),
    ]
)


def test_the_block_of_the_searched_name_comes_first_and_not_its_whole_category():
    found = matching(SHELF, "dense")
    assert [(category, [block.name for block in blocks]) for category, blocks in found.items()] == [
        ("Dense and shape", ["Dense"]),
        ("Blocks", ["DenseBlock", "MLPBlock"]),
    ]


def test_a_category_is_searched_by_its_name_where_no_block_is_called_so():
    assert [block.name for block in matching(SHELF, "shape")["Dense and shape"]] == ["Flatten", "Dense"]


def test_a_card_takes_its_sections_from_the_docstring():
    assert sections(DOC.format(summary="It does.")) == {
        "Paper": "none.",
        "Input shape": "`(batch, height, width, channels)`.",
        "Output shape": "`(batch, height, width, channels)`.",
    }

"""What the palette shows first and by which names it finds a block."""

from blockwright.inference.catalog import catalog
from blockwright.ui.design.block_search import COMMON, SYNONYMS
from blockwright.ui.design.palette import groups


def test_every_common_block_and_every_block_with_synonyms_is_in_the_catalog():
    assert {*COMMON, *SYNONYMS} <= set(catalog().blocks)


def test_synonyms_are_lower_case_and_say_more_than_the_name():
    for block, synonyms in SYNONYMS.items():
        assert all(synonym == synonym.lower() != block.lower() for synonym in synonyms), block


def test_the_palettes_are_told_which_blocks_are_common_and_what_else_they_are_called():
    blocks = {block["name"]: block for group in groups(catalog()) for block in group["blocks"]}
    assert sorted((block["common"], name) for name, block in blocks.items() if "common" in block) == list(
        enumerate(COMMON)
    )
    assert {"linear", "fc"} <= set(blocks["Dense"]["synonyms"])
    assert blocks["GoogLeNetBlock"]["title"] == "GoogLeNet block"


def test_a_category_begins_with_what_keras_has():
    merging = next(group for group in groups(catalog()) if group["category"] == "Merging")
    assert [block["name"] for block in merging["blocks"]][:2] == ["Add", "Concatenate"]
    assert merging["blocks"][-1]["name"] == "ScaledAdd"

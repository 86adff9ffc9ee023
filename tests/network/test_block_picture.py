"""The pictures on the cards of the blocks."""

import re

import pytest

from blocks import discover
from blockwright.network.block_picture import block_picture


def edges(block: str) -> set[tuple[str, str]]:
    """The arrows of a picture, between labels."""
    dot = block_picture(block)["dot"]
    labels = dict(re.findall(r'^(\w+) \[.*label="([^"]*)"', dot, re.MULTILINE))
    arrows = re.findall(r"^(\w+) -> (\w+)", dot, re.MULTILINE)
    return {(labels[before], labels[after]) for before, after in arrows}


@pytest.mark.parametrize("block", discover())
def test_every_block_has_a_picture_from_its_input_to_its_output(block):
    arrows = edges(block)
    befores, afters = {one for one, _ in arrows}, {one for _, one in arrows}
    assert befores - afters == {"input"}
    assert afters - befores == {"output"}
    assert len(block_picture(block)["dot"]) < 12_000


def test_a_residual_block_shows_its_two_ways():
    assert edges("BasicResidualBlock") == {
        ("input", "Convolution 3 x 3 → 32"),
        ("input", "Convolution 1 x 1 → 32"),
        ("Convolution 3 x 3 → 32", "Batch normalization"),
        ("Convolution 1 x 1 → 32", "Batch normalization"),
        ("Batch normalization", "ReLU"),
        ("ReLU", "Convolution 3 x 3 → 32"),
        ("Batch normalization", "Add"),
        ("Add", "ReLU"),
        ("ReLU", "output"),
    }


def test_a_googlenet_block_shows_four_branches():
    starts = {after for before, after in edges("GoogLeNetBlock") if before == "input"}
    assert starts == {"Convolution 1 x 1 → 32", "Convolution 1 x 1 → 8", "Max pooling 3 x 3"}
    assert len(re.findall(r"Convolution", block_picture("GoogLeNetBlock")["dot"])) == 6


def test_a_picture_is_the_same_every_time():
    first = block_picture("TransformerBlock")["dot"]
    block_picture.cache_clear()
    assert block_picture("TransformerBlock")["dot"] == first


def test_what_is_no_block_has_no_picture():
    with pytest.raises(ValueError, match=r"Only blocks have an inside to draw\. Received: 'Conv2D'\."):
        block_picture("Conv2D")

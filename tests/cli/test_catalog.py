"""`blockwright catalog`."""

import json

from tests.cli.commands import call


def test_catalog_gives_every_block_with_its_arguments():
    blocks = {block["name"]: block for block in json.loads(call("catalog", "--json").stdout)}
    assert {
        "ConvBlock",
        "InceptionBlock",
        "DownsampleBlock",
        "ResidualBlock",
        "Dense",
        "Add",
    } <= blocks.keys()
    filters = blocks["ConvBlock"]["params"][0]
    assert filters.keys() >= {"name", "kind", "default", "minimum", "maximum", "help"}
    assert (filters["name"], filters["minimum"], filters["maximum"]) == ("filters", 1, 4096)
    assert blocks["Dense"]["doc"]

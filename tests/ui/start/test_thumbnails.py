"""The pictures of the examples."""

from blockwright.design.presets import presets
from blockwright.schema.block_colours import CATEGORY_COLOURS
from blockwright.ui.start.thumbnails import thumbnail, topologies


def test_every_example_has_a_picture_in_the_colours_of_the_blocks():
    assert set(topologies()) == {preset.key for preset in presets()}
    for key, topology in topologies().items():
        assert set(topology.parts) <= set(CATEGORY_COLOURS)
        assert thumbnail(key).startswith('<img alt="" src="data:image/svg+xml,%3C')
        assert '"' not in thumbnail(key).split('src="')[1].split('" width')[0]


def test_parallel_branches_lie_in_rows_of_their_own():
    inception = topologies()["tutorial_inception"]
    assert {row for places in inception.parts.values() for _, row in places} == {-1, 0, 1}
    chain = topologies()["lenet5"]
    assert {row for places in chain.parts.values() for _, row in places} == {0}

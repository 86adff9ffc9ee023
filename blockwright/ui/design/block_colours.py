"""The colour of a block, also before the catalog is there, and of a whole network in a strip."""

from collections.abc import Sequence

from blockwright.layers import SPECS
from blockwright.schema.block_colours import CATEGORY_COLOURS
from blockwright.schema.catalog import Catalog

INPUT = CATEGORY_COLOURS["Input"]
MAX_BARS = 40


def colour_of(block: str, catalog: Catalog | None = None) -> str:
    """The colour of a block's category, as #rrggbb.

    Without the catalog it is known of Keras layers only; all others count as blocks of this project.
    """
    if catalog is not None and block in catalog.blocks:
        return CATEGORY_COLOURS.get(catalog.blocks[block].category, INPUT)
    return CATEGORY_COLOURS[SPECS[block].category if block in SPECS else "Blocks"]


def strip(colours: Sequence[str], blocks: int | None = None) -> str:
    """Coloured bars side by side, as HTML; of a long network every so many. `colours` come from the palette.

    `blocks` is how many blocks they stand for, by default as many.
    """
    count = len(colours)
    label = f"{count if blocks is None else blocks} blocks"
    if count > MAX_BARS:
        colours = [colours[index * count // MAX_BARS] for index in range(MAX_BARS)]
    bars = "".join(
        f'<span style="flex:0 1 26px;min-width:2px;height:22px;border-radius:4px;background:{colour}"></span>'
        for colour in colours
    )
    return f'<div style="display:flex;gap:3px" role="img" aria-label="{label}">{bars}</div>'

"""The palette: the common blocks, then every other by category, with a search, each a button that inserts it.

The blocks of the catalog come with its script, once; what is drawn again are the design's own. A chosen block is handed
to the stack in the browser, which sends it with its own edits (`frontend/palette.js`).
"""

import json
from typing import NotRequired, TypedDict

import streamlit as st

from blockwright.design.composite_catalog import CATEGORY as OWN
from blockwright.schema.block_colours import CATEGORY_COLOURS
from blockwright.schema.catalog import BlockType, Catalog
from blockwright.ui.design import editing
from blockwright.ui.design.block_colours import INPUT
from blockwright.ui.design.block_search import COMMON, SYNONYMS
from blockwright.ui.frontend import component_data, mount, script
from blockwright.ui.reactive.fragments import fragment


class PaletteBlock(TypedDict):
    """A block as the palettes take it; `common` is its place among the common blocks."""

    name: str
    title: str
    summary: str
    synonyms: NotRequired[list[str]]
    common: NotRequired[int]


class PaletteGroup(TypedDict):
    """The blocks of a category."""

    category: str
    colour: str
    blocks: list[PaletteBlock]


_library = st.components.v2.component(
    "blockwright_palette_library",
    js=f"const STYLE = {json.dumps(script('palette.css'))}\n"
    + script("matching.js", "elements.js", "palette.js"),
)
_component = st.components.v2.component(
    "blockwright_palette",
    html='<div class="mount">The blocks are being loaded.</div>\n',
    css=".mount{width:204px}@media(max-width:1040px){.mount{width:38px}}\n",
    js=mount("palette"),
)


def load() -> None:
    """Bring the script into the page, with the blocks of the catalog, or with none while the service starts."""
    catalog = editing.design_catalog()
    data = {"groups": None if catalog is None else groups(catalog)}
    _library(key="palette_library", data=component_data(data), height=1)


@fragment("the palette", key="palette", shows=editing.own_names)
def draw() -> None:
    """The search field and the blocks that fit it."""
    _component(key="palette_blocks", data=component_data({"own": own_group(editing.design_catalog())}))


def own_group(catalog: Catalog | None) -> PaletteGroup | None:
    """The blocks of the design's own as a group of both palettes; None where there are none."""
    names, own = editing.own_names(), catalog.by_category().get(OWN, []) if catalog else []
    blocks = [_entry(block) for block in own if block.name in names]
    return PaletteGroup(category=OWN, colour=CATEGORY_COLOURS[OWN], blocks=blocks) if blocks else None


def groups(catalog: Catalog) -> list[PaletteGroup]:
    """The blocks by category, as both palettes take them; those of the design itself are left out."""
    return [
        PaletteGroup(
            category=category,
            colour=CATEGORY_COLOURS.get(category, INPUT),
            blocks=[_entry(block) for block in blocks],
        )
        for category, blocks in catalog.by_category().items()
        if category != OWN
    ]


def _entry(block: BlockType) -> PaletteBlock:
    entry = PaletteBlock(name=block.name, title=block.title, summary=block.summary)
    if block.name in SYNONYMS:
        entry["synonyms"] = list(SYNONYMS[block.name])
    if block.name in COMMON:
        entry["common"] = COMMON.index(block.name)
    return entry

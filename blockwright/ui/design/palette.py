"""The palette: every block by category, with a search, each a button that inserts it.

The blocks of the catalog come with its script, once; what is drawn again are the design's own. A block that is chosen
is told to the stack in the browser, which sends it with its own deeds (`frontend/palette.js`).
"""

import json

import streamlit as st

from blockwright.design.composite_catalog import CATEGORY as OWN
from blockwright.schema.block_colours import CATEGORY_COLOURS
from blockwright.ui.design import commands
from blockwright.ui.design.block_colours import INPUT
from blockwright.ui.design.canvas import canvas_data
from blockwright.ui.frontend import mount, script, sealed
from blockwright.ui.shell.messages import part

_library = st.components.v2.component(
    "blockwright_palette_library",
    js="\n".join(
        [
            script("canvas/src/matching.js"),
            f"const STYLE = {json.dumps(script('palette.css'))}",
            script("palette.js"),
        ]
    ),
)
_component = st.components.v2.component(
    "blockwright_palette",
    html='<div class="mount">The blocks are being loaded.</div>\n',
    css=".mount{width:204px}@media(max-width:640px){.mount{width:calc(100vw - 2rem)}}\n",
    js=mount("palette"),
)


def load() -> None:
    """Bring the script into the page, with the blocks of the catalog, or with none while the service starts."""
    known = commands.known_blocks()
    groups = None if known is None else canvas_data.palette(known)
    _library(key="palette_library", data=sealed({"groups": groups}), height=1)


@part("the palette", key="palette")
def draw() -> None:
    """The search field and the blocks that fit it."""
    commands.note("palette")
    _component(key="palette_blocks", data=sealed({"own": _own()}))


def _own() -> dict[str, object] | None:
    """The blocks of the design's own as a group of the palette; None where there are none."""
    names, known = commands.own_names(), commands.known_blocks()
    blocks = [one for one in canvas_data.own_blocks(known) if one["name"] in names] if known else []
    return {"category": OWN, "colour": CATEGORY_COLOURS.get(OWN, INPUT), "blocks": blocks} if blocks else None


commands.SHOWS["palette"] = commands.own_names

"""The palette: every block by category, with a search, each a button that inserts it."""

from collections.abc import Sequence

import streamlit as st

from blockwright.architecture.catalog import BlockType, Catalog
from blockwright.architecture.own_blocks import CATEGORY as OWN
from blockwright.architecture.palette import CATEGORY_COLOURS
from blockwright.ui import editing
from blockwright.ui.messages import part

HEIGHT = 640


@part("the palette", key="palette")
def draw() -> None:
    """The search field and the blocks that fit it."""
    editing.note("palette")
    search = st.text_input(
        "Search the blocks",
        key="palette_search",
        type="search",
        live=True,
        placeholder="Search blocks",
        icon=":material/search:",
        label_visibility="collapsed",
    )
    known = editing.known_blocks()
    own = editing.own_names()
    with st.container(height=HEIGHT, border=False, gap=None, key="palette"):
        if known is None:
            st.caption("The blocks appear as soon as the design service is up.")
            for _ in range(6):
                st.skeleton(height=30)
            return
        found = matching(known, search or "", own)
        if not found:
            st.caption("No block fits. Search by name, by what it does, or clear the search.")
        for category, blocks in found.items():
            _heading(category)
            for block in blocks:
                st.button(
                    block.name,
                    key=f"add_{block.name}",
                    help=f"{block.title}. {block.summary}",
                    on_click=editing.add,
                    args=(block.name,),
                    type="tertiary",
                )


editing.SHOWS["palette"] = editing.own_names


def matching(known: Catalog, search: str, own: Sequence[str] = ()) -> dict[str, list[BlockType]]:
    """The blocks, by category, in whose name, title, category or summary every searched word occurs.

    Those of the design's own come first; of them only the ones named in `own` are there.
    """
    words = search.lower().split()
    found = {}
    by_category = known.by_category()
    for category in sorted(by_category, key=lambda one: one != OWN):
        blocks = [one for one in by_category[category] if category != OWN or one.name in own]
        fitting = [
            block
            for block in blocks
            if all(word in f"{block.name} {block.title} {category} {block.summary}".lower() for word in words)
        ]
        if fitting:
            found[category] = fitting
    return found


def _heading(category: str) -> None:
    colour = CATEGORY_COLOURS.get(category, CATEGORY_COLOURS["Input"])
    st.html(
        f'<div style="display:flex;align-items:center;gap:8px;margin-top:10px;font-weight:600;font-size:.8rem">'
        f'<span style="width:10px;height:10px;border-radius:3px;background:{colour}"></span>{category}</div>'
    )

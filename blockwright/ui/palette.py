"""The palette: every block by category, with a search, each a button that inserts it."""

from collections.abc import Sequence

import streamlit as st

from blockwright.architecture.catalog import BlockType, Catalog
from blockwright.architecture.own_blocks import CATEGORY as OWN
from blockwright.architecture.palette import CATEGORY_COLOURS
from blockwright.ui import editing
from blockwright.ui.messages import part

HEIGHT = 640
_EXACT, _BY_BEGINNING, _BY_NAME, _BY_SUMMARY, _BY_CATEGORY = range(5)


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
    """The blocks, by category, in whose name, title or summary every searched word occurs, the nearest names first.

    A word may also stand in the name of the category, as long as no block is called so. The blocks of the design's own
    come first; of them only the ones named in `own` are there.
    """
    words = search.lower().split()
    found: dict[str, list[tuple[int, BlockType]]] = {}
    by_category = known.by_category()
    for category in sorted(by_category, key=lambda one: one != OWN):
        blocks = [one for one in by_category[category] if category != OWN or one.name in own]
        rated = [(_distance(block, category, words), block) for block in blocks]
        fitting = [(distance, block) for distance, block in rated if distance is not None]
        if fitting:
            found[category] = sorted(fitting, key=lambda one: one[0])
    nearest = min((blocks[0][0] for blocks in found.values()), default=_BY_CATEGORY)
    farthest = _BY_CATEGORY if nearest > _BY_NAME else _BY_SUMMARY
    order = sorted(found, key=lambda one: (one != OWN, found[one][0][0]))
    kept = {one: [block for distance, block in found[one] if distance <= farthest] for one in order}
    return {category: blocks for category, blocks in kept.items() if blocks}


def _distance(block: BlockType, category: str, words: list[str]) -> int | None:
    """How far a block is from the searched words; None where they do not all occur."""
    name, about = block.name.lower(), f"{block.name} {block.title} {block.summary}".lower()
    if not words or name == "".join(words):
        return _EXACT
    if name.startswith(words[0]) and all(word in name for word in words):
        return _BY_BEGINNING
    if all(word in name for word in words):
        return _BY_NAME
    if all(word in about for word in words):
        return _BY_SUMMARY
    return _BY_CATEGORY if all(word in f"{about} {category.lower()}" for word in words) else None


def _heading(category: str) -> None:
    colour = CATEGORY_COLOURS.get(category, CATEGORY_COLOURS["Input"])
    st.html(
        f'<div style="display:flex;align-items:center;gap:8px;margin-top:10px;font-weight:600;font-size:.8rem">'
        f'<span style="width:10px;height:10px;border-radius:3px;background:{colour}"></span>{category}</div>'
    )
